import { asLambda, isAllowed } from '../iam.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Sends what failed for good to a queue, by its ARN. Without asking the queue's policy: it is the function's role that sends. */
export type SendFailure = (
  lambda: LambdaFunction,
  queueArn: string,
  body: string,
  attributes?: Readonly<Record<string, string | number>>,
) => void;

/** An event that was accepted for later, and that the function has failed on for the last time. */
export interface FailedEvent {
  readonly requestId: string;
  readonly functionArn: string;
  readonly failedAtMs: number;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly tries: number;
  /** JSON text. */
  readonly payload: string;
  /** The function's last error, as JSON text. */
  readonly answer: string;
}

/**
 * The record that an on-failure destination gets.
 *
 *     {"version":"1.0","timestamp":"2026-11-20T07:00:00.000Z",
 *      "requestContext":{"requestId":"…","functionArn":"…:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},
 *      "requestPayload":{…},
 *      "responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},
 *      "responsePayload":{"errorType":"Error","errorMessage":"…"}}
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function failureRecord(event: FailedEvent): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(event.failedAtMs).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: event.functionArn,
      condition: event.condition,
      approximateInvokeCount: event.tries,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: parsed(event.answer),
  });
}

const ERROR_MESSAGE_BYTES = 1_024;

/**
 * The attributes with which a `DeadLetterConfig`'s queue gets the event itself.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function deadLetter({ requestId, answer }: FailedEvent): Record<string, string | number> {
  const { errorMessage } = (parsed(answer) ?? {}) as { errorMessage?: unknown };
  const text = typeof errorMessage === 'string' ? errorMessage : answer;
  // a character that is cut in two is left for the next part, which never comes
  const first = new TextDecoder().decode(Buffer.from(text).subarray(0, ERROR_MESSAGE_BYTES), {
    stream: true,
  });
  // an attribute cannot be empty
  return { RequestID: requestId, ErrorCode: 200, ErrorMessage: first || '-' };
}

/** @throws UnsupportedFeatureError for a destination that is no queue, or one that the role may not send to, which AWS would refuse */
export function checkFailureDestinations(lambda: LambdaFunction): void {
  const { name, roleName, asyncInvoke } = lambda.plan;
  for (const arn of [asyncInvoke.onFailureArn, asyncInvoke.deadLetterArn]) {
    if (arn === undefined) continue;
    if (!/^arn:[^:]+:sqs:/.test(arn)) {
      throw new UnsupportedFeatureError(`${arn} as the destination of ${name}'s failures`, 'use a queue');
    }
    if (!isAllowed(asLambda(lambda.principal), 'sqs:SendMessage', arn)) {
      throw new UnsupportedFeatureError(
        `the failure destination of ${name}: its role ${roleName} lacks sqs:SendMessage on ${arn}, and AWS would refuse it`,
        'add the action to the role',
      );
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

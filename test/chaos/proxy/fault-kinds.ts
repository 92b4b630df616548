import type { Random } from '../../support/random.ts';

/**
 * What a network and a busy service do to a request.
 *
 * - `delay` it comes late
 * - `reset-before` the connection breaks before the service has seen anything
 * - `reset-in-request` it breaks when half of the body has been passed on
 * - `reset-in-answer` the service has done it, and half of the answer's body arrives
 * - `applied-then-reset` the service has done it, and nothing of the answer arrives
 * - `reset-after` the answer arrives, and then the connection breaks that was to be kept
 * - `truncation` the answer ends early, without an error
 * - `error-500` the service says that it failed, and has done nothing
 * - `slow-down` S3's 503
 * - `throttling` DynamoDB and SQS have had too many requests
 * - `slow-drip` request and answer go on a few bytes at a time
 */
export const FAULT_KINDS = [
  'delay',
  'reset-before',
  'reset-in-request',
  'reset-in-answer',
  'applied-then-reset',
  'reset-after',
  'truncation',
  'error-500',
  'slow-down',
  'throttling',
  'slow-drip',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** The services whose clients are disturbed. */
export type FaultedService = 'dynamodb' | 's3' | 'sqs';

/** Which service a request is for, by its headers. */
export function serviceOfRequest(target: string | undefined): FaultedService {
  if (target?.startsWith('DynamoDB_') === true) return 'dynamodb';
  return target?.startsWith('AmazonSQS') === true ? 'sqs' : 's3';
}

/** What a request is, as far as faults differ by it. */
export interface RequestFacts {
  readonly service: FaultedService;
  readonly bodyBytes: number;
}

/** Whether this can happen to such a request. */
function canHappen(kind: FaultKind, { service, bodyBytes }: RequestFacts): boolean {
  if (kind === 'slow-down') return service === 's3';
  if (kind === 'throttling') return service !== 's3';
  // half of less than two bytes is nothing
  return kind !== 'reset-in-request' || bodyBytes > 1;
}

/** One of the kinds that can happen to the request: of those that came least often so far, so that rare requests meet the rare ones. */
export function chooseFault(
  facts: RequestFacts,
  random: Random,
  counts: ReadonlyMap<FaultKind, number>,
): FaultKind {
  const possible = FAULT_KINDS.filter((kind) => canHappen(kind, facts));
  const count = (kind: FaultKind) => counts.get(kind) ?? 0;
  const least = Math.min(...possible.map(count));
  const rarest = possible.filter((kind) => count(kind) === least);
  return rarest[random(rarest.length)]!;
}

/** An error as the service itself answers it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type AnsweredFault = 'error-500' | 'slow-down' | 'throttling';

const CODES: Readonly<Record<AnsweredFault, Readonly<Record<FaultedService, readonly [number, string]>>>> = {
  'error-500': {
    s3: [500, 'InternalError'],
    dynamodb: [500, 'InternalServerError'],
    sqs: [500, 'InternalFailure'],
  },
  'slow-down': {
    s3: [503, 'SlowDown'],
    dynamodb: [503, 'ServiceUnavailable'],
    sqs: [503, 'ServiceUnavailable'],
  },
  throttling: {
    s3: [503, 'SlowDown'],
    dynamodb: [400, 'ProvisionedThroughputExceededException'],
    sqs: [400, 'RequestThrottled'],
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the common errors of DynamoDB and SQS */
export function errorAnswer(kind: AnsweredFault, service: FaultedService): ErrorAnswer {
  const [status, code] = CODES[kind][service];
  const message = 'a fault that was put in on the way';
  if (service === 's3') {
    return {
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'FAULT' },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>FAULT</RequestId></Error>`,
    };
  }
  const prefix = service === 'dynamodb' ? 'com.amazonaws.dynamodb.v20120810' : 'com.amazonaws.sqs';
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'FAULT' },
    body: JSON.stringify({ __type: `${prefix}#${code}`, message }),
  };
}

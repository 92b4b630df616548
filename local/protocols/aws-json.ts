import { AwsError, notImplemented } from './aws-error.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { AccessDeniedError } from '../iam.ts';
import { internalMessage } from './internal-error.ts';
import { logError } from '../log.ts';
import { readBody } from './request-body.ts';

/** One operation: its input is the request's JSON object, its answer the response's (nothing = an empty body object). */
export type JsonOperation = (input: Readonly<Record<string, unknown>>, request: ServiceRequest) => unknown;

export interface JsonServiceOptions {
  /** For the words of an error: `SQS`. */
  readonly name: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /** Goes before the code in `__type`, e.g. `com.amazonaws.sqs#`. */
  readonly errorNamespace?: string;
  /** Codes whose type in this protocol has another name. */
  readonly errorTypes?: Readonly<Record<string, string>>;
  /** More headers of an error, e.g. SQS's `x-amzn-query-error`. */
  errorHeaders?(error: AwsError): Readonly<Record<string, string>>;
}

/** A service of AWS's JSON protocol, where `X-Amz-Target: AmazonSQS.SendMessage` names the operation. */
export function jsonService(options: JsonServiceOptions): Service {
  return {
    async handle(request) {
      const { incoming, response, requestId } = request;
      const headers = { 'content-type': options.contentType, 'x-amzn-requestid': requestId };
      try {
        const target = String(incoming.headers['x-amz-target']);
        const name = target.slice(target.lastIndexOf('.') + 1);
        // the body is read first: an answer before that would break the connection
        const body = await readBody(request);
        if (!Object.hasOwn(options.operations, name)) throw notImplemented(`${options.name} ${name}`);
        const output = await options.operations[name]!(parseInput(body), request);
        if (response.destroyed) return;
        response.writeHead(200, headers);
        response.end(JSON.stringify(output ?? {}));
      } catch (caught) {
        const error = asAwsError(caught, request);
        if (response.destroyed) return;
        const type = options.errorTypes?.[error.code] ?? error.code;
        response.writeHead(error.status, {
          ...headers,
          'x-amzn-errortype': type,
          ...options.errorHeaders?.(error),
        });
        response.end(
          JSON.stringify({ __type: (options.errorNamespace ?? '') + type, message: error.message }),
        );
      }
    },
  };
}

function asAwsError(caught: unknown, { requestId }: ServiceRequest): AwsError {
  if (caught instanceof AccessDeniedError) return new AwsError('AccessDeniedException', caught.message, 400);
  if (caught instanceof AwsError) return caught;
  logError('request failed', { request_id: requestId, error: caught });
  return new AwsError('InternalFailure', internalMessage(caught), 500);
}

/** A request's JSON object; no body is an empty one. @throws AwsError `SerializationException` */
export function parseInput(body: Buffer): Record<string, unknown> {
  let input: unknown;
  try {
    input = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', `the body is not JSON: ${(error as Error).message}`);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AwsError('SerializationException', 'the body is not a JSON object');
  }
  return input as Record<string, unknown>;
}

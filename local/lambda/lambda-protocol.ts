import type { IncomingMessage } from 'node:http';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { readBody } from '../protocols/request-body.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { AccessDeniedError, authorize } from '../iam.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { answerConfiguration } from './configuration-operations.ts';
import { decodedName, functionNamed } from './function-name.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { SwitchedMapping } from './switched-mapping.ts';

const LARGEST_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
const LARGEST_ASYNCHRONOUS_BYTES = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Lambda's REST protocol: `POST /2015-03-31/functions/NAME/invocations`, and what can be asked of functions and mappings. */
export function lambdaService(
  functions: ReadonlyMap<string, LambdaFunction>,
  mappings: readonly SwitchedMapping[],
  asyncInvocations: AsyncInvocations,
): Service {
  return {
    async handle(request) {
      const { response, requestId } = request;
      let answer: Answer;
      try {
        // read first: an answer before that would break the connection
        const body = await readPayload(request);
        answer = INVOCATION.test(request.path)
          ? await invoke(request, body, functions, asyncInvocations)
          : configuration(request, body, functions, mappings);
      } catch (caught) {
        if (!(caught instanceof AwsError)) throw caught;
        const code = caught instanceof AccessDeniedError ? 'AccessDeniedException' : caught.code;
        answer = {
          status: caught.status,
          headers: { 'x-amzn-errortype': code },
          body: JSON.stringify({ Type: 'User', message: caught.message, Message: caught.message }),
        };
      }
      if (response.destroyed) return;
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        ...answer.headers,
      });
      response.end(answer.body);
    },
  };
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

function configuration(
  { method, path, query, principal }: ServiceRequest,
  body: Buffer,
  functions: ReadonlyMap<string, LambdaFunction>,
  mappings: readonly SwitchedMapping[],
): Answer {
  const find = (nameOrArn: string) => functionNamed(functions, nameOrArn, query.get('Qualifier'));
  const answer = answerConfiguration({ method, path, query, principal, body }, { functions, mappings, find });
  return { status: method === 'PUT' ? 202 : 200, body: JSON.stringify(answer) };
}

async function invoke(
  request: ServiceRequest,
  body: Buffer,
  functions: ReadonlyMap<string, LambdaFunction>,
  asyncInvocations: AsyncInvocations,
): Promise<Answer> {
  const { incoming, method, path, query, principal } = request;
  const [, encodedName] = INVOCATION.exec(path) ?? [];
  if (method !== 'POST' || encodedName === undefined) throw notImplemented(`Lambda ${method} ${path}`);
  const lambda = functionNamed(functions, decodedName(encodedName), query.get('Qualifier'));
  authorize(principal, 'lambda:InvokeFunction', lambda.plan.arn);
  const payload = body.length === 0 ? '{}' : body.toString('utf8');
  checkJson(payload);
  const type = String(incoming.headers['x-amz-invocation-type'] ?? 'RequestResponse');
  switch (type) {
    case 'DryRun':
      return { status: 204 };
    case 'Event':
      if (body.length > LARGEST_ASYNCHRONOUS_BYTES) throw tooLarge(LARGEST_ASYNCHRONOUS_BYTES);
      return { status: 202, headers: { 'x-amzn-requestid': asyncInvocations.accept(lambda, payload) } };
    case 'RequestResponse': {
      if (lambda.isThrottled) throw throttled();
      const {
        payload: answer,
        functionError,
        logTail,
      } = await lambda.invoke(payload, {
        requestId: request.requestId,
        clientContext: clientContext(incoming),
      });
      return {
        status: 200,
        headers: {
          'x-amz-executed-version': '$LATEST',
          ...(functionError !== undefined && { 'x-amz-function-error': functionError }),
          ...(incoming.headers['x-amz-log-type'] === 'Tail' && {
            'x-amz-log-result': Buffer.from(logTail).toString('base64'),
          }),
        },
        body: answer,
      };
    }
    default:
      throw notImplemented(`Lambda invocation type ${JSON.stringify(type)}`);
  }
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

async function readPayload(request: ServiceRequest): Promise<Buffer> {
  try {
    return await readBody(request, LARGEST_SYNCHRONOUS_BYTES);
  } catch (error) {
    throw error instanceof AwsError ? tooLarge(LARGEST_SYNCHRONOUS_BYTES) : error;
  }
}

/** The client's own words for the function, as JSON text. */
function clientContext({ headers }: IncomingMessage): string | undefined {
  const encoded = headers['x-amz-client-context'];
  if (typeof encoded !== 'string') return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    // without line breaks, which a header cannot have
    return JSON.stringify(JSON.parse(text)).replaceAll(
      /[^\u0020-\u007e]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON',
    );
  }
}

const tooLarge = (mostBytes: number) =>
  new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${mostBytes} bytes for the InvokeFunction operation`,
    413,
  );

const throttled = () => new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);

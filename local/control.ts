import { timingSafeEqual } from 'node:crypto';
import { AwsError, notImplemented } from './aws-error.ts';
import { parseInput, readBody } from './aws-json.ts';
import type { Service, ServiceRequest } from './gateway.ts';

/** What the control calls reach. */
export interface ControlledRuntime {
  readonly controlToken: string;
  status(): object;
  advance(ms: number): Promise<void>;
  drain(limitMs: number): Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * The runtime's own calls, for tests and tools on this machine:
 *
 *     GET  /_sluice/status                          what waits where
 *     POST /_sluice/clock  {"advanceMs": 60000}     moves the clock on, letting due work finish on the way
 *     POST /_sluice/drain  {"limitMs": 86400000}    moves it on until nothing waits
 *
 * A change needs `content-type: application/json` and the token of this start in `x-sluice-token`, so that no web
 * page can make it.
 */
export function controlService(runtime: ControlledRuntime): Service {
  return {
    async handle(request) {
      let status = 200;
      let answer: object;
      try {
        answer = await respond(runtime, request);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        ({ status } = error);
        answer = { code: error.code, message: error.message };
      }
      request.response.writeHead(status, {
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
      });
      request.response.end(JSON.stringify(answer));
    },
  };
}

async function respond(runtime: ControlledRuntime, request: ServiceRequest): Promise<object> {
  const call = `${request.method} ${request.path}`;
  if (call === 'GET /_sluice/status') return runtime.status();
  if (call !== 'POST /_sluice/clock' && call !== 'POST /_sluice/drain') throw notImplemented(call);
  const body = await readBody(request.incoming);
  checkToken(runtime, request);
  const input = parseInput(body);
  if (call === 'POST /_sluice/clock') await runtime.advance(milliseconds(input, 'advanceMs'));
  else await runtime.drain(milliseconds(input, 'limitMs', DAY_MS));
  return runtime.status();
}

function checkToken({ controlToken }: ControlledRuntime, { incoming }: ServiceRequest): void {
  if (incoming.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new AwsError('UnsupportedMediaType', 'a control call wants content-type: application/json', 415);
  }
  const given = Buffer.from(String(incoming.headers['x-sluice-token']));
  const wanted = Buffer.from(controlToken);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new AwsError(
      'AccessDenied',
      'x-sluice-token is not the token of this start: see runtime.json in the data folder',
      403,
    );
  }
}

function milliseconds(input: Record<string, unknown>, name: string, otherwise?: number): number {
  const value = input[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new AwsError(
      'ValidationException',
      `${name} must be a whole number of milliseconds, not ${JSON.stringify(value)}`,
    );
  }
  return value;
}

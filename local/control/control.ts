import { timingSafeEqual } from 'node:crypto';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { parseInput, readBody } from '../protocols/aws-json.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import type { RuntimeAnswers } from './runtime-answers.ts';
import type { TimeTravel } from './time-travel.ts';

/** What the control calls reach. */
export interface ControlledRuntime {
  readonly controlToken: string;
  readonly answers: Pick<RuntimeAnswers, 'archive' | 'record' | 'replayLeft' | 'status' | 'undone'>;
  readonly timeTravel: Pick<TimeTravel, 'advance' | 'drain'>;
}

const DAY_MS = 86_400_000;
const LARGEST_PAGE = 1_000;

/**
 * The runtime's own calls, for tests and tools on this machine:
 *
 *     GET  /_sluice/status                          what waits where
 *     GET  /_sluice/attempts?bucket=B&key=K         what was tried with an object, and what waits about it
 *     GET  /_sluice/undone?bucket=B&prefix=P        events on the bus and in queues, a page at a time (&after=NEXT&limit=N)
 *     GET  /_sluice/replay?name=R                   what is left of a replay, by queue
 *     GET  /_sluice/archive?name=A&since=…&until=…  archived events, a page at a time (&after=NEXT&limit=N)
 *     POST /_sluice/clock  {"advanceMs": 60000}     moves the clock on, letting due work finish on the way
 *     POST /_sluice/drain  {"limitMs": 86400000}    moves it on until nothing waits
 *
 * A change needs `content-type: application/json` and the token of this start in `x-sluice-token`, so that no web
 * page can make it. A question needs no token, but is refused with a wrong one.
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
  const read = READS[call];
  if (read !== undefined) {
    // who has the token of another start means another runtime
    if (request.incoming.headers['x-sluice-token'] !== undefined) checkToken(runtime, request);
    return read(runtime, request.query);
  }
  if (call !== 'POST /_sluice/clock' && call !== 'POST /_sluice/drain') throw notImplemented(call);
  const body = await readBody(request.incoming);
  checkContentType(request);
  checkToken(runtime, request);
  const input = parseInput(body);
  if (call === 'POST /_sluice/clock') await runtime.timeTravel.advance(milliseconds(input, 'advanceMs'));
  else await runtime.timeTravel.drain(milliseconds(input, 'limitMs', DAY_MS));
  return runtime.answers.status();
}

/** The calls that change nothing. */
const READS: Readonly<Record<string, (runtime: ControlledRuntime, query: URLSearchParams) => object>> = {
  'GET /_sluice/status': (runtime) => runtime.answers.status(),
  'GET /_sluice/attempts': (runtime, query) =>
    runtime.answers.record(text(query, 'bucket'), text(query, 'key')),
  'GET /_sluice/archive': (runtime, query) =>
    runtime.answers.archive({
      name: text(query, 'name'),
      sinceMs: time(query, 'since'),
      untilMs: time(query, 'until'),
      after: query.get('after') ?? undefined,
      limit: pageSize(query),
    }),
  'GET /_sluice/undone': (runtime, query) =>
    runtime.answers.undone({
      bucket: text(query, 'bucket'),
      prefix: query.get('prefix') ?? '',
      after: query.get('after') ?? undefined,
      limit: pageSize(query),
    }),
  'GET /_sluice/replay': (runtime, query) => runtime.answers.replayLeft(text(query, 'name')),
};

const pageSize = (query: URLSearchParams): number =>
  Math.min(LARGEST_PAGE, Math.max(1, Number(query.get('limit') ?? LARGEST_PAGE) || LARGEST_PAGE));

function text(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw new AwsError('ValidationException', `the query lacks ${name}`);
  return value;
}

function time(query: URLSearchParams, name: string): number {
  const ms = Date.parse(text(query, name));
  if (Number.isNaN(ms)) {
    throw new AwsError('ValidationException', `${name} is no ISO 8601 time: ${query.get(name)}`);
  }
  return ms;
}

function checkContentType({ incoming }: ServiceRequest): void {
  if (incoming.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new AwsError('UnsupportedMediaType', 'a control call wants content-type: application/json', 415);
  }
}

function checkToken({ controlToken }: ControlledRuntime, { incoming }: ServiceRequest): void {
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

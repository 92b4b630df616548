import { timingSafeEqual } from 'node:crypto';
import type { ControlChanges, ControlReads, ControlRefusal } from '../../shared/control-api.ts';
import { FINEST_S } from '../measures/kept-periods.ts';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { parseInput } from '../protocols/aws-json.ts';
import { readBody } from '../protocols/request-body.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { ControlQuery } from './control-query.ts';
import type { RuntimeAnswers } from './runtime-answers.ts';
import type { TimeTravel } from './time-travel.ts';

/** What the control calls reach. */
export interface ControlledRuntime {
  readonly controlToken: string;
  /** Whether a question needs the token too. @default false */
  readonly isPrivate?: boolean;
  readonly answers: Pick<
    RuntimeAnswers,
    | 'archive'
    | 'archiveHistogram'
    | 'flow'
    | 'measures'
    | 'record'
    | 'replayLeft'
    | 'status'
    | 'undone'
    | 'wouldSend'
    | 'newest'
    | 'standing'
    | 'archivedAbout'
  >;
  readonly timeTravel: Pick<TimeTravel, 'advance' | 'drain'>;
}

const DAY_MS = 86_400_000;
/** A hundred years. */
const LONGEST_PERIOD_S = 100 * 365 * 86_400;

/**
 * The runtime's own calls under `/_sluice/`, for tests and tools on this machine: see shared/control-api.ts.
 *
 * A change needs `content-type: application/json` and the token of this start in `x-sluice-token`, so that no web
 * page can make it. A question needs no token, but is refused with a wrong one; one that is posted, and every one to a private
 * runtime, needs it as a change does.
 */
export function controlService(runtime: ControlledRuntime): Service {
  return {
    async handle(request) {
      let status = 200;
      let answer: Answer;
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

type Answer = ControlReads[keyof ControlReads]['answer'] | ControlRefusal;

async function respond(runtime: ControlledRuntime, request: ServiceRequest): Promise<Answer> {
  const { method, path } = request;
  const name = path.slice('/_sluice/'.length);
  if (method === 'GET' && isIn(READS, name)) {
    // who has the token of another start means another runtime
    const isGiven = request.incoming.headers['x-sluice-token'] !== undefined;
    if (isGiven || runtime.isPrivate === true) checkToken(runtime, request);
    return read(name, runtime, request.query);
  }
  if (method !== 'POST' || !(isIn(CHANGES, name) || isIn(READS, name))) {
    throw notImplemented(`${method} ${path}`);
  }
  const body = await readBody(request);
  checkContentType(request);
  checkToken(runtime, request);
  if (isIn(READS, name)) return read(name, runtime, queryOf(parseInput(body)));
  await CHANGES[name](runtime, parseInput(body));
  return runtime.answers.status();
}

/** What answers each of the calls that change nothing. */
const READS: {
  readonly [Call in keyof ControlReads]: (
    runtime: ControlledRuntime,
    query: ControlQuery<ControlReads[Call]['question']>,
  ) => ControlReads[Call]['answer'];
} = {
  status: ({ answers }) => answers.status(),
  attempts: ({ answers }, query) => answers.record(query.text('bucket'), query.text('key')),
  undone: ({ answers }, query) =>
    answers.undone({
      bucket: query.text('bucket'),
      prefix: query.optionalText('prefix') ?? '',
      after: query.optionalText('after'),
      limit: query.pageSize('limit'),
    }),
  flow: ({ answers }) => answers.flow(),
  measures: ({ answers }, query) =>
    answers.measures({
      sinceMs: query.timeMs('since'),
      untilMs: query.timeMs('until'),
      periodSeconds: query.whole('period', FINEST_S, LONGEST_PERIOD_S),
    }),
  newest: ({ answers }, query) =>
    answers.newest({
      bucket: query.text('bucket'),
      prefix: query.optionalText('prefix') ?? '',
      after: query.optionalText('after'),
      limit: query.pageSize('limit'),
    }),
  'archive-about': ({ answers }, query) =>
    answers.archivedAbout(query.text('name'), query.text('bucket'), query.text('key')),
  standing: ({ answers }, query) =>
    answers.standing({
      bucket: query.text('bucket'),
      keys: new Set(query.texts('keys')),
      after: query.optionalText('after'),
    }),
  replay: ({ answers }, query) => answers.replayLeft(query.text('name')),
  archive: ({ answers }, query) =>
    answers.archive({
      name: query.text('name'),
      sinceMs: query.timeMs('since'),
      untilMs: query.timeMs('until'),
      first: query.oneOf('first', ['oldest', 'newest']),
      after: query.optionalText('after'),
      limit: query.pageSize('limit'),
    }),
  'archive-histogram': ({ answers }, query) =>
    answers.archiveHistogram({
      name: query.text('name'),
      sinceMs: query.timeMs('since'),
      untilMs: query.timeMs('until'),
      periodMs: query.whole('period', 1, LONGEST_PERIOD_S) * 1_000,
    }),
  'would-send': ({ answers }, query) =>
    answers.wouldSend({
      bucket: query.optionalText('bucket'),
      key: query.optionalText('key'),
      after: query.optionalText('after'),
      limit: query.pageSize('limit'),
    }),
};

function read<Call extends keyof ControlReads>(
  call: Call,
  runtime: ControlledRuntime,
  query: URLSearchParams,
): ControlReads[Call]['answer'] {
  return READS[call](runtime, new ControlQuery<ControlReads[Call]['question']>(query));
}

/** What each of the calls that move the clock does, before it is answered with the status. */
const CHANGES: {
  readonly [Call in keyof ControlChanges]: (
    runtime: ControlledRuntime,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
} = {
  clock: ({ timeTravel }, input) =>
    timeTravel.advance(milliseconds<ControlChanges['clock']['question']>(input, 'advanceMs')),
  drain: ({ timeTravel }, input) =>
    timeTravel.drain(milliseconds<ControlChanges['drain']['question']>(input, 'limitMs', DAY_MS)),
};

function isIn<Calls extends object>(calls: Calls, name: string): name is keyof Calls & string {
  return Object.hasOwn(calls, name);
}

/** A question that was too long for a URL. */
function queryOf(input: Readonly<Record<string, unknown>>): URLSearchParams {
  return new URLSearchParams(
    Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)])),
  );
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

function milliseconds<Question>(
  input: Readonly<Record<string, unknown>>,
  name: keyof Question & string,
  otherwise?: number,
): number {
  const value = input[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new AwsError(
      'ValidationException',
      `${name} must be a whole number of milliseconds, not ${JSON.stringify(value)}`,
    );
  }
  return value;
}

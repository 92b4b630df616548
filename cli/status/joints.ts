import { compilePattern, type EventMatcher } from '../../shared/event-pattern/pattern-matcher.ts';
import { InvalidEventPatternError } from '../../shared/event-pattern/pattern-clauses.ts';
import { failed, ok, warning, type Check } from './check.ts';
import { answerOf } from '../pipeline/asked.ts';
import { consumerJoints } from './consumer-joints.ts';
import { existingBucketChecks } from './existing-bucket-checks.ts';
import { judged } from './judged.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { ConsumerLook, PipelineLook } from './pipeline-look.ts';
import { busEvent } from '../pipeline/routing.ts';

/** Every joint of the pipeline, in the order of the flow, and whether it holds. */
export function jointChecks(pipeline: Pipeline, look: PipelineLook): readonly Check[] {
  const { existingBucket: said } = pipeline;
  return [
    notificationCheck(pipeline, look),
    ...(said === undefined || look.existingBucket === undefined
      ? []
      : existingBucketChecks(pipeline, said, look.existingBucket)),
    archiveCheck(pipeline, look),
    ...look.consumers.flatMap((one) => [...patternChecks(pipeline, one), ...consumerJoints(one)]),
    ...look.tables.map(({ name, status }) =>
      judged(`table ${name}`, status, 'it is not there: rows cannot be written', (state) =>
        // UPDATING, it takes requests
        ['ACTIVE', 'UPDATING'].includes(state)
          ? ok(`table ${name}`, state)
          : failed(`table ${name}`, `it is ${state}, so that rows cannot be written`),
      ),
    ),
  ];
}

function notificationCheck({ ingestBucket }: Pipeline, { notification }: PipelineLook): Check {
  const name = 'bucket → bus';
  return judged(name, notification, `the bucket ${ingestBucket} is not there`, (answer) =>
    answer.EventBridgeConfiguration === undefined
      ? failed(
          name,
          `${ingestBucket} does not send its events to EventBridge: what is uploaded reaches nobody`,
          'sluice connect-bucket, then sluice backfill for what was uploaded meanwhile',
        )
      : ok(name, `${ingestBucket} sends its events`),
  );
}

function archiveCheck(pipeline: Pipeline, { archive }: PipelineLook): Check {
  const name = 'bus → archive';
  return judged(
    name,
    archive,
    `the archive ${pipeline.archiveName} is not there: no event is kept for a replay`,
    ({ State = 'in no state', EventPattern }) => {
      if (State !== 'ENABLED') return failed(name, `the archive is ${State}: it keeps no events`);
      if (EventPattern !== undefined) {
        const matcher = matcherOf(EventPattern);
        if (matcher === undefined) return unreadable(name, EventPattern);
        if (!keepsAll(matcher, pipeline)) {
          return failed(name, `the archive’s pattern leaves out events of the bucket: ${EventPattern}`);
        }
      }
      return EventPattern === undefined
        ? warning(name, 'the archive has no pattern: it keeps the events of everybody on the bus')
        : ok(name, 'enabled');
    },
  );
}

function keepsAll(matcher: EventMatcher, pipeline: Pipeline): boolean {
  return [{ key: 'a' }, { key: 'b/c', isDeleted: true }].every((object) =>
    matcher.matches(busEvent(pipeline, object)),
  );
}

/** Clauses that say whose events a rule takes; which of them it wants is its own affair. */
const OF_THE_BUCKET: ReadonlySet<string> = new Set(['source', 'account', 'region', 'detail.bucket.name']);

/** A rule that does not exist is another check's. */
function patternChecks(pipeline: Pipeline, { consumer, rule }: ConsumerLook): readonly Check[] {
  const pattern = answerOf(rule)?.EventPattern;
  if (pattern === undefined) return [];
  const name = `${consumer.name} bus → rule`;
  const matcher = matcherOf(pattern);
  if (matcher === undefined) return [unreadable(name, pattern)];
  const strange = matcher
    .explain(busEvent(pipeline, { key: 'a' }))
    .find(({ path, matched }) => !matched && OF_THE_BUCKET.has(path));
  return [
    strange === undefined
      ? ok(name, 'it takes events of the bucket')
      : failed(
          name,
          `its pattern takes no event of ${pipeline.ingestBucket}: it wants ${strange.path} ${strange.wanted}`,
          'deploy the stack again; locally, start again',
        ),
  ];
}

/** EventBridge takes some patterns that are refused here, such as one that names a field twice. */
function matcherOf(pattern: string): EventMatcher | undefined {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return undefined;
    throw error;
  }
}

const unreadable = (name: string, pattern: string): Check =>
  warning(name, `nobody here can say what its pattern takes: ${pattern}`);

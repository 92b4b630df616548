import { answerOf, asked, checkReached, type Asked } from '../pipeline/asked.ts';
import { failed, type Check } from './check.ts';
import { consumerStatus } from './consumer-status.ts';
import { diskCheck } from './disk-check.ts';
import { keptPlace } from './kept-place.ts';
import { jointChecks } from './joints.ts';
import { observe } from './observations.ts';
import { lookAt, type ConsumerLook, type PipelineLook } from './pipeline-look.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { statusDocument } from './status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { workChecks } from './work-checks.ts';

type StatusDocument = DocumentOf<typeof statusDocument>;

type ArchiveStatus = NonNullable<StatusDocument['archive']>;

export interface PipelineStatus extends Pick<
  StatusDocument,
  'at' | 'consumers' | 'archive' | 'joints' | 'tally' | 'problems'
> {
  /** Some question was not answered: what it would have said is not known. */
  readonly isPartial: boolean;
}

export interface StatusOptions {
  readonly consumers: readonly Consumer[];
  /** From when on failures are counted. */
  readonly since: Date;
  /** A message that waits longer is a problem. */
  readonly mostAgeMs: number;
}

/**
 * How the pipeline is: what waits where, what fails, which joint does not hold. Each part is asked for by itself: one that
 * cannot be asked is a problem in words, and hides nothing of the others.
 *
 * @throws CliError when nothing at all can be reached
 */
export async function pipelineStatus(pipeline: Pipeline, options: StatusOptions): Promise<PipelineStatus> {
  const { consumers, since, mostAgeMs } = options;
  const { control, deployment } = pipeline;
  const [look, runtime] = await Promise.all([
    lookAt(pipeline, consumers),
    control === undefined ? undefined : asked(control.ask('status', {}), deployment),
  ]);
  const runtimeAnswer = runtime === undefined ? undefined : answerOf(runtime);
  const observed =
    runtime !== undefined && 'problem' in runtime
      ? runtime
      : await asked(observe(pipeline, consumers, since, runtimeAnswer), deployment);
  const all = [...questionsOf(look), observed];
  checkReached(all);
  const seen = answerOf(observed);
  const kept = look.consumers.map(({ consumer }) => keptPlace(pipeline, consumer));
  const statuses = look.consumers.map((one, index) => ({
    ...consumerStatus(one, seen?.get(one.consumer)),
    keeps: kept[index]!.keeps,
  }));
  const joints = [
    ...jointChecks(pipeline, look),
    ...kept.flatMap(({ checks }) => checks),
    ...statuses.flatMap((status, index) =>
      workChecks(status, seen?.get(consumers[index]!), {
        mostAgeMs,
        retentionMs: retentionMsOf(look.consumers[index]),
      }),
    ),
    ...('problem' in observed
      ? [{ ...failed('metrics', `cannot be asked: ${observed.problem.message}`), isUnknown: true }]
      : []),
    ...(runtimeAnswer === undefined ? [] : diskCheck(runtimeAnswer.disk.freeBytes)),
  ];
  return {
    at: runtimeAnswer?.now ?? new Date().toISOString(),
    consumers: statuses,
    archive: archiveStatus(pipeline, look),
    joints,
    tally: runtimeAnswer?.tally ?? {},
    problems: joints.filter(({ state }) => state !== 'ok').map(problemText),
    isPartial: all.some((one) => 'problem' in one && !one.isMissing),
  };
}

/** For how long the consumer's queue keeps a message; undefined where there is none, or where it did not answer. */
function retentionMsOf(look: ConsumerLook | undefined): number | undefined {
  const attributes = look?.queues === undefined ? undefined : answerOf(look.queues.queue);
  const seconds = attributes?.['MessageRetentionPeriod'];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

function questionsOf(look: PipelineLook): readonly Asked<unknown>[] {
  const { notification, existingBucket, archive, tables, consumers } = look;
  return [
    notification,
    ...(existingBucket === undefined ? [] : [existingBucket.versioning, existingBucket.encryption]),
    archive,
    ...tables.map(({ status }) => status),
    ...consumers.flatMap(({ rule, targets, ruleDeadLetters, queues, drain }) => [
      rule,
      targets,
      ...(queues === undefined ? [] : [queues.queue, queues.deadLetters]),
      ruleDeadLetters,
      ...(drain === undefined ? [] : [drain.mappings, drain.handler]),
    ]),
  ];
}

function problemText({ name, detail, nextStep }: Check): string {
  return `${name}: ${detail}${nextStep === undefined ? '' : ` (${nextStep})`}`;
}

function archiveStatus({ archiveName }: Pipeline, { archive }: PipelineLook): ArchiveStatus | null {
  const found = answerOf(archive);
  if (found === undefined) return null;
  const { State = '', EventCount = 0, SizeBytes = 0, RetentionDays = 0 } = found;
  return {
    name: archiveName,
    state: State,
    events: EventCount,
    bytes: SizeBytes,
    retentionDays: RetentionDays,
  };
}

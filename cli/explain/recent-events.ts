import { CliError } from '../cli-error.ts';
import { archivedEvents } from '../pipeline/archived-events.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { ledgerOf, RecentLedger } from '../pipeline/recent-ledger.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { explainArchiveDocument } from './explain-document.ts';
import { eventOfLine, NOT_TOLD } from './ledger-event.ts';

type ExplainArchive = DocumentOf<typeof explainArchiveDocument>;

/** An event as the archive has it, or as it is rebuilt. */
export type RecentEvent = Readonly<Record<string, unknown>>;

/** Events of a time, the oldest first, and where they come from. */
export interface RecentEvents extends Pick<ExplainArchive, 'from' | 'note' | 'ledger'> {
  readonly events: readonly RecentEvent[];
}

/** Which events are meant. */
export interface RecentQuestion {
  /** At most so many, the newest. */
  readonly last: number;
  readonly since: Date | undefined;
  readonly until: Date;
}

const DAY_MS = 86_400_000;

/** The newest events: on this machine those of the archive; in AWS those of the ledger's last hours. @throws CliError in AWS, without a ledger */
export async function recentEvents(
  { pipeline, signal }: Pick<Scope, 'pipeline' | 'signal'>,
  question: RecentQuestion,
): Promise<RecentEvents> {
  const { control } = pipeline;
  return control === undefined
    ? await ofLedger(pipeline, question, signal)
    : await ofArchive(pipeline, control, question, signal);
}

async function ofArchive(
  { archiveName }: Pipeline,
  control: LocalControl,
  { last, since = new Date(0), until }: RecentQuestion,
  signal: AbortSignal,
): Promise<RecentEvents> {
  const events: RecentEvent[] = [];
  for await (const event of archivedEvents(control, archiveName, { since, until, first: 'newest' })) {
    signal.throwIfAborted();
    events.push(event as RecentEvent);
    if (events.length >= last) break;
  }
  return { from: 'archive', events: events.toReversed() };
}

async function ofLedger(
  pipeline: Pipeline,
  { last, since: asked, until }: RecentQuestion,
  signal: AbortSignal,
): Promise<RecentEvents> {
  const ledger = ledgerOf(pipeline);
  if (ledger === undefined) throw cannotBeRead(pipeline);
  const since = asked ?? new Date(until.getTime() - DAY_MS);
  const { account, region } = pipeline.deployment;
  const owner = { account, region, bucket: pipeline.ingestBucket };
  const recent = new RecentLedger(pipeline, ledger, { since, until, signal });
  const events: RecentEvent[] = [];
  for await (const line of recent.lines()) {
    signal.throwIfAborted();
    const event = eventOfLine(line, owner);
    if (event === undefined) continue;
    events.push(event);
    if (events.length >= last) break;
  }
  const { objects, bytes, isComplete, completeSince, unreadable, firstUnreadable } = recent.looked;
  const { name } = ledger.consumer;
  const note = [
    `AWS lets nobody read an archive: these are events that ${name} has kept, rebuilt from its lines: ${NOT_TOLD}; what its rule does not let through is missing, and so may be the last minute or two`,
    ...(isComplete
      ? []
      : [`after ${objects} objects no more were read: before ${completeSince} events are missing`]),
    ...(unreadable > 0 ? [`${unreadable} lines cannot be read, ${firstUnreadable} the first`] : []),
  ].join('. ');
  return {
    from: 'ledger',
    note,
    ledger: {
      consumer: name,
      since: since.toISOString(),
      until: until.toISOString(),
      objects,
      bytes,
      isComplete,
    },
    events: events.toReversed(),
  };
}

function cannotBeRead({ archiveName, consumers }: Pipeline): CliError {
  return new CliError(`AWS has no call that reads an archive: ${archiveName} can only be replayed`, {
    nextStep: `give it events: sluice explain FILE; a consumer that keeps lines would tell the last ones, and there is none; or replay to one consumer, whose function logs what comes: sluice replay --since 2h --consumer ${consumers[0]?.name ?? 'NAME'} --dry-run`,
  });
}

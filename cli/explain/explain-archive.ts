import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { archivedEvents } from '../pipeline/archived-events.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseMoment, parseWhole } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';
import { clauseText } from './clause-lines.ts';
import type { explainArchiveDocument } from './explain-document.ts';
import { judge, keyIn, parsedEvent, type Judge, type Judgement } from './judge.ts';

/** Which archived events are asked about. */
export interface ArchiveFlags {
  readonly last?: string;
  readonly since?: string;
}

interface Archived {
  readonly time: string;
  readonly type: string;
  readonly key?: string;
  readonly id?: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly consumers: readonly Judgement[];
}

/** Which archived events the patterns would have matched. @throws CliError in AWS, where no archive can be read */
export async function explainArchive(
  { pipeline, terminal, signal }: Scope,
  judges: readonly Judge[],
  flags: ArchiveFlags,
): Promise<ExitCode> {
  const { control } = pipeline;
  if (control === undefined) throw cannotBeRead(pipeline);
  const now = await pipeline.now();
  const last = flags.last === undefined ? Infinity : parseWhole(flags.last, '--last', 1, 100_000);
  const since = flags.since === undefined ? undefined : parseMoment(flags.since, '--since', now);
  const kept: Archived[] = [];
  let looked = 0;
  for await (const archived of lastEvents(pipeline, control, { since, until: now }, last)) {
    signal.throwIfAborted();
    looked++;
    kept.push(archivedOf(archived, judges));
  }
  const matched = Object.fromEntries(
    judges.map(({ name }) => [name, kept.filter((one) => isMatched(one, name)).length]),
  );
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof explainArchiveDocument>>({
      verb: 'explain archive',
      target: pipeline.deployment,
      since: since?.toISOString() ?? null,
      looked,
      matched,
      events: kept,
    });
  } else {
    const [only] = judges.length === 1 ? judges : [];
    terminal.rows(
      [
        { heading: 'time', kind: 'time' },
        { heading: 'change', kind: 'state' },
        ...judges.map(({ name }) => ({
          heading: name,
          kind: terminal.isTable ? ('tick' as const) : ('state' as const),
        })),
        { heading: 'key', kind: 'key' },
        ...(only === undefined ? [] : [{ heading: 'why not', kind: 'below' as const }]),
      ],
      kept.map(({ time, type, key = '', consumers }) => [
        time,
        type,
        ...consumers.map(({ verdict }) => (terminal.isTable ? { value: SIGNS[verdict] } : verdict)),
        key,
        ...(only === undefined ? [] : [consumers.flatMap(whyNot).join('; ')]),
      ]),
    );
    for (const [name, count] of Object.entries(matched)) {
      terminal.note(`${name} matches ${count.toLocaleString('en')} of ${plural(looked, 'archived event')}`);
    }
  }
  return Object.values(matched).some((count) => count > 0) ? EXIT.done : EXIT.nothingMatched;
}

const SIGNS = { wanted: '✔', skipped: '–', 'not-matched': '✖' } as const;

const isMatched = ({ consumers }: Archived, name: string): boolean =>
  consumers.some(({ consumer, verdict }) => consumer === name && verdict !== 'not-matched');

const whyNot = ({ why, clauses }: Judgement): readonly string[] =>
  why === undefined ? clauses.filter(({ matched }) => !matched).map(clauseText) : [why];

function cannotBeRead({ archiveName, consumers }: Pipeline): CliError {
  return new CliError(`AWS has no call that reads an archive: ${archiveName} can only be replayed`, {
    nextStep: `give it events: sluice explain FILE; the ledger, if there is one, names the keys; or replay to one consumer, whose function logs what comes: sluice replay --since 2h --consumer ${consumers[0]?.name ?? 'NAME'} --dry-run`,
  });
}

/** The newest so many of the archive, oldest first. */
async function* lastEvents(
  { archiveName }: Pipeline,
  control: LocalControl,
  { since = new Date(0), until }: { readonly since: Date | undefined; readonly until: Date },
  last: number,
): AsyncGenerator {
  const newest: unknown[] = [];
  for await (const event of archivedEvents(control, archiveName, { since, until })) {
    newest.push(event);
    // in steps, so that each event is moved but once
    if (newest.length >= 2 * last + 1_000) newest.splice(0, newest.length - last);
  }
  yield* last === Infinity ? newest : newest.slice(-last);
}

function archivedOf(archived: unknown, judges: readonly Judge[]): Archived {
  const event = archived as Readonly<Record<string, unknown>>;
  const { time = '', 'detail-type': type = '', id } = event as Readonly<Record<string, string>>;
  const asked = { from: `the archived event ${id ?? ''}`, text: JSON.stringify(event) };
  const key = keyIn(parsedEvent(asked));
  return {
    time,
    type,
    ...(key !== undefined && { key }),
    ...(id !== undefined && { id }),
    event,
    consumers: judge(judges, asked, key),
  };
}

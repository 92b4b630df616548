import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseMoment, parseWhole } from '../terminal/time.ts';
import { countText, plural } from '../terminal/units.ts';
import { clauseText } from './clause-lines.ts';
import type { explainArchiveDocument } from './explain-document.ts';
import { judge, keyIn, parsedEvent, type Judge, type Judgement } from './judge.ts';
import { measured } from './measured-patterns.ts';
import { recentEvents, type RecentEvent } from './recent-events.ts';

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

/** Which events of the last time the patterns would have matched. @throws CliError in AWS, where neither archive nor ledger can be read */
export async function explainArchive(
  scope: Scope,
  judges: readonly Judge[],
  flags: ArchiveFlags,
): Promise<ExitCode> {
  const { pipeline, terminal } = scope;
  const now = await pipeline.now();
  const last = flags.last === undefined ? Infinity : parseWhole(flags.last, '--last', 1, 100_000);
  const since = flags.since === undefined ? undefined : parseMoment(flags.since, '--since', now);
  const { events, from, note, ledger } = await recentEvents(scope, { last, since, until: now });
  const kept = events.map((event) => archivedOf(event, from, judges));
  const matched = Object.fromEntries(
    judges.map(({ name }) => [name, kept.filter((one) => isMatched(one, name)).length]),
  );
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof explainArchiveDocument>>({
      verb: 'explain archive',
      target: pipeline.deployment,
      ...measured(judges),
      from,
      ...(note !== undefined && { note }),
      ...(ledger !== undefined && { ledger }),
      since: since?.toISOString() ?? null,
      looked: kept.length,
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
    const noun = from === 'archive' ? 'archived event' : 'event';
    for (const [name, count] of Object.entries(matched)) {
      terminal.note(`${name} matches ${countText(count)} of ${plural(kept.length, noun)}`);
    }
    if (note !== undefined) terminal.note(note);
  }
  return Object.values(matched).some((count) => count > 0) ? EXIT.done : EXIT.nothingMatched;
}

const SIGNS = { wanted: '✔', skipped: '–', 'not-matched': '✖' } as const;

const isMatched = ({ consumers }: Archived, name: string): boolean =>
  consumers.some(({ consumer, verdict }) => consumer === name && verdict !== 'not-matched');

const whyNot = ({ why, clauses }: Judgement): readonly string[] =>
  why === undefined ? clauses.filter(({ matched }) => !matched).map(clauseText) : [why];

function archivedOf(event: RecentEvent, from: 'archive' | 'ledger', judges: readonly Judge[]): Archived {
  const { time = '', 'detail-type': type = '', id } = event as Readonly<Record<string, string>>;
  const which = from === 'archive' ? `the archived event ${id ?? ''}` : `an event of the ledger, of ${time}`;
  const parsed = parsedEvent({ from: which, text: JSON.stringify(event) });
  const key = keyIn(parsed);
  return {
    time,
    type,
    ...(key !== undefined && { key }),
    ...(id !== undefined && { id }),
    event,
    consumers: judge(judges, parsed, key),
  };
}

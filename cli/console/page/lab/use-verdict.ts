import { useMemo, useRef } from 'preact/hooks';
import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import type { Trouble } from '../server.ts';
import { triedEvents, type RecentEvent, type TriedEvent } from './tried-events.ts';
import { refusedPattern, typedJson, type GoodPattern, type PatternMistake } from './tried-pattern.ts';

/** What `sluice explain` has said; while it is asked about a newer text, what it said before. */
export interface Verdict {
  /** The text that it is about. */
  readonly text: string;
  readonly of: GoodPattern | PatternMistake;
}

/** A text that was a pattern, and which events it matches. */
interface GoodVerdict {
  readonly pattern: GoodPattern;
  readonly tried: readonly TriedEvent[];
}

interface Verdicts {
  readonly last: Verdict | undefined;
  readonly lastGood: GoodVerdict | undefined;
  /** Why there is none of the text. */
  readonly trouble: Trouble | undefined;
}

/**
 * Asks `sluice explain` which of the events the pattern matches, and which of them the rule of a consumer does.
 *
 * @param text undefined asks nothing
 * @param consumer whose deployed pattern is compared with
 */
export function useVerdict(
  text: string | undefined,
  events: readonly RecentEvent[] | undefined,
  consumer: string | undefined,
): Verdicts {
  const typed = useMemo(() => (text === undefined ? undefined : typedJson(text)), [text]);
  const given = useMemo(() => events && JSON.stringify(events.map(({ event }) => event)), [events]);
  const now = useExplained(typed?.kind === 'json' ? ['--pattern', typed.compact] : undefined, given);
  const before = useExplained(consumer === undefined ? undefined : ['--consumer', consumer], given);
  const refused = text !== undefined && now.trouble && refusedPattern(text, now.trouble.message);
  const last = useRef<Verdict>(undefined);
  const lastGood = useRef<GoodVerdict>(undefined);
  const mistake = typed?.kind === 'mistake' ? typed : refused;
  const isCompared = consumer === undefined || before.document !== undefined || before.trouble !== undefined;
  const good = useMemo((): GoodVerdict | undefined => {
    if (typed?.kind !== 'json' || !now.document || !events || !isCompared) return undefined;
    const { patterns, quota } = now.document;
    return {
      pattern: { ...typed, kind: 'pattern', measures: patterns[0]!, quota },
      tried: triedEvents(events, now.document.events, before.document?.events),
    };
  }, [typed, now.document, events, before.document, isCompared]);
  if (text !== undefined && mistake) last.current = { text, of: mistake };
  if (text !== undefined && good) {
    last.current = { text, of: good.pattern };
    lastGood.current = good;
  }
  return {
    last: last.current,
    lastGood: lastGood.current,
    trouble: refused ? before.trouble : (now.trouble ?? before.trouble),
  };
}

const useExplained = (flags: readonly string[] | undefined, events: string | undefined) =>
  useAsked<DocumentOf<typeof explainDocument>>(
    flags === undefined || events === undefined ? undefined : ['explain', ...flags, '--', events],
    { afterChanges: false },
  );

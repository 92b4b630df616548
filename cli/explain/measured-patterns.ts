import { MOST_ALTERNATIVES, multiplyOut } from '../../shared/event-pattern/pattern-alternatives.ts';
import { LONGEST_PATTERN, readClauses } from '../../shared/event-pattern/pattern-clauses.ts';
import { REFUSED_FROM, SURELY_ACCEPTED } from '../../shared/event-pattern/pattern-complexity.ts';
import { readJson, writeJson } from '../../shared/event-pattern/pattern-json.ts';
import type { Judge } from './judge.ts';

/** The patterns that events are held against, with what each takes of the quotas; fields of both documents of explain. */
export const measured = (judges: readonly Judge[]) => ({
  patterns: judges.map(({ name, pattern, matcher }) => ({
    consumer: name,
    pattern: JSON.parse(pattern) as unknown,
    complexity: matcher.complexity,
    characters: writeJson(readJson(pattern)).length,
    combinations: multiplyOut(readClauses(pattern)).length,
  })),
  quota: {
    surelyAccepted: SURELY_ACCEPTED,
    refusedFrom: REFUSED_FROM,
    characters: LONGEST_PATTERN,
    combinations: MOST_ALTERNATIVES,
  },
});

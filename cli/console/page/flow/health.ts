import { plural } from '../../../terminal/units.ts';
import type { Check } from '../../../status/check.ts';
import type { FlowDocument } from '../flow-feed.ts';
import { partsOf, type FlowGraph, type StatusDocument } from './flow-graph.ts';

/** Whether all is well, in words. */
export interface Health {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly text: string;
  /** What is wrong, worst first, each with the part that it is about. */
  readonly findings: readonly Finding[];
}

interface Finding extends Check {
  /** Undefined where it is about no part that is drawn: the disk. */
  readonly part: string | undefined;
}

/** Whether nothing has come through the pipeline yet. Undefined when nobody knows. */
export const isUnused = (flow: FlowDocument | undefined): boolean | undefined =>
  flow === undefined || flow.bus.published === null ? undefined : flow.bus.published === 0;

/** @param isStale the pipeline does not answer now: what is known is of before */
export function healthOf(graph: FlowGraph, status: StatusDocument | undefined, isStale = false): Health {
  if (isStale) {
    return { tone: 'unknown', text: 'Not known now. What is drawn is what was seen last.', findings: [] };
  }
  if (status === undefined) return { tone: 'unknown', text: 'Looking at every joint …', findings: [] };
  const parts = partsOf(graph);
  const findings = status.joints
    .filter(({ state }) => state !== 'ok')
    .map((check) => ({ ...check, part: parts.find(({ checks }) => checks.includes(check))?.id }))
    .toSorted((one, other) => RANK[rankOf(one)] - RANK[rankOf(other)]);
  const count = (rank: Rank): number => findings.filter((one) => rankOf(one) === rank).length;
  const [broken, looks, unknown] = [count('broken'), count('look'), count('unknown')];
  if (findings.length === 0) {
    const joints = plural(status.joints.length, 'part');
    return { tone: 'good', text: `All is well: ${joints} and joints looked at, none fails.`, findings };
  }
  const words = [
    ...(broken === 0 ? [] : [`${plural(broken, 'thing')} ${broken === 1 ? 'is' : 'are'} broken`]),
    ...(looks === 0 ? [] : [`${plural(looks, 'thing')} ${looks === 1 ? 'needs' : 'need'} a look`]),
    ...(unknown === 0 ? [] : [`of ${plural(unknown, 'part')} nobody can tell`]),
  ];
  const text = words.join(', ');
  return {
    tone: broken > 0 ? 'bad' : 'warn',
    text: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
    findings,
  };
}

type Rank = 'broken' | 'look' | 'unknown';
const RANK: Readonly<Record<Rank, number>> = { broken: 0, look: 1, unknown: 2 };

const rankOf = ({ state, isUnknown }: Check): Rank =>
  isUnknown === true ? 'unknown' : state === 'failed' ? 'broken' : 'look';

import type { FlowDocument } from '../flow-feed.ts';
import type { FlowEdge } from './flow-graph.ts';
import { rateText } from './part-facts.ts';

/** What moves on an edge now. */
export interface EdgeFacts {
  /** `12/s`; empty where nobody knows; `cut`, `paused` where nothing can pass. */
  readonly label: string;
  /** How long a dash takes to its neighbour's place; undefined where nothing moves. */
  readonly dashSeconds: number | undefined;
}

export function edgeFacts(edge: FlowEdge, flow: FlowDocument | undefined): EdgeFacts {
  if (edge.why !== undefined) return { label: edge.why, dashSeconds: undefined };
  const rate = rateOf(edge, flow);
  return { label: rateText(rate) ?? '', dashSeconds: dashSeconds(rate) };
}

/** Events a second on the edge; null or undefined when nobody knows. */
function rateOf({ kind, consumer }: FlowEdge, flow: FlowDocument | undefined): number | null | undefined {
  if (kind === 'bus') return flow?.bus.perSecond?.published;
  const rates = flow?.consumers.find(({ name }) => name === consumer)?.perSecond;
  switch (kind) {
    case 'rule':
    case 'queue':
    case 'other-bus':
    case 'state-machine':
      return rates?.matched;
    case 'function':
      return typeof rates?.done === 'number' ? rates.done + (rates.failed ?? 0) : null;
    case 'drainer':
    case 'table':
    case 'objects':
      return rates?.done;
    case 'bucket':
    case 'archive':
    default:
      return undefined;
  }
}

/** From here on faster is seen no more. */
const FASTEST = 0.25;
const SLOWEST = 2;

/**
 * Ten times as many events move twice as fast, in steps that the eye tells apart: so the dashes need not be set anew for
 * every small change.
 */
function dashSeconds(rate: number | null | undefined): number | undefined {
  if (rate === null || rate === undefined || rate === 0) return undefined;
  const step = Math.round(Math.log10(Math.max(rate, 0.1)) * 2) / 2;
  return Math.min(SLOWEST, Math.max(FASTEST, 1.2 / 2 ** step));
}

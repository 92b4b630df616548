import type { FlowDocument } from '../flow-feed.ts';
import type { FlowEdge } from './flow-graph.ts';
import { rateText } from './part-facts.ts';

/** What moves on an edge now. */
export interface EdgeFacts {
  /** `12/s`; empty where nobody knows; `cut`, `paused` where nothing can pass. */
  readonly label: string;
  /** How many pixels its dashes move with each look; undefined where nothing moves. */
  readonly dashPixels: number | undefined;
}

export function edgeFacts(edge: FlowEdge, flow: FlowDocument | undefined): EdgeFacts {
  if (edge.why !== undefined) return { label: edge.why, dashPixels: undefined };
  const rate = rateOf(edge, flow);
  return { label: rateText(rate) ?? '', dashPixels: dashPixels(rate) };
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

/** With half of a dash and its gap the eye no longer tells the direction. */
const FASTEST = 7;
const SLOWEST = 1;

/**
 * Ten times as many events move twice as fast. A browser draws 60 times a second for an animation however seldom it
 * changes something, and so takes the pipeline beside it its time: the dashes move with the looks.
 */
function dashPixels(rate: number | null | undefined): number | undefined {
  if (rate === null || rate === undefined || rate === 0) return undefined;
  return Math.min(FASTEST, Math.max(SLOWEST, Math.round(2 * 2 ** Math.log10(rate))));
}

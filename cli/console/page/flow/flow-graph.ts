import type { Check } from '../../../status/check.ts';
import type { statusDocument } from '../../../status/status-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { checksOfPart, checksOfWay, type PartPlace } from './joint-places.ts';
import type { PartKind } from './part-kind.ts';

export type StatusDocument = DocumentOf<typeof statusDocument>;
type ConsumerStatus = StatusDocument['consumers'][number];

/** How a part is. off: somebody has stopped it. */
export type PartState = 'ok' | 'unknown' | 'off' | 'warning' | 'failed';

export interface FlowPart extends PartPlace {
  /** `queue:one-consumer`; `bucket` */
  readonly id: string;
  /** From the left: 0 bucket, 1 bus, 2 rule … */
  readonly column: number;
  readonly state: PartState;
  /** `paused`, `disabled`: who stops it, in a word. */
  readonly halt: string | undefined;
  /** What was looked at about it. */
  readonly checks: readonly Check[];
}

/** The way to a part. */
export interface FlowEdge {
  /** `rule:x>queue:x` */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** What it leads to: its number is of that. */
  readonly kind: PartKind;
  readonly consumer: string | undefined;
  /** broken: nothing can pass. off: somebody has stopped it. */
  readonly state: 'ok' | 'off' | 'broken' | 'unknown';
  /** Why nothing passes, in a word. */
  readonly why: string | undefined;
}

/** A consumer, as every document names it. */
export type KnownConsumer = Pick<ConsumerStatus, 'name' | 'target'>;

/** A consumer's way, from its rule to what it keeps. */
interface FlowLane extends KnownConsumer {
  readonly parts: readonly FlowPart[];
  readonly edges: readonly FlowEdge[];
}

/** The pipeline as it is drawn. */
export interface FlowGraph {
  /** What all consumers share. */
  readonly head: FlowLaneless;
  readonly lanes: readonly FlowLane[];
}

type FlowLaneless = Pick<FlowLane, 'parts' | 'edges'>;

const AFTER_RULE: Readonly<Record<ConsumerStatus['target'], readonly PartKind[]>> = {
  function: ['queue', 'function'],
  queue: ['queue', 'drainer'],
  bus: ['other-bus'],
  'state-machine': ['state-machine'],
};

/**
 * What is drawn, in the stack's order. What `status` does not tell of yet is drawn as unknown.
 *
 * @param consumers as the newest document names them
 */
export function flowGraph(
  consumers: readonly KnownConsumer[],
  status: StatusDocument | undefined,
): FlowGraph {
  const joints = status?.joints ?? [];
  const shared = (kind: 'bucket' | 'bus' | 'archive', column: number) =>
    partOf({ kind }, { id: kind, column, joints, isTold: status !== undefined });
  const [bucket, bus, archive] = [shared('bucket', 0), shared('bus', 1), shared('archive', 1)];
  return {
    head: {
      parts: [bucket, bus, archive],
      edges: [edgeTo(bus, bucket, joints), edgeTo(archive, bus, joints)],
    },
    lanes: consumers.map((consumer) => laneOf(consumer, bus, status)),
  };
}

/** Every part, in the order of the flow. */
export const partsOf = ({ head, lanes }: FlowGraph): readonly FlowPart[] => [
  ...head.parts,
  ...lanes.flatMap(({ parts }) => parts),
];

function laneOf(
  { name, target }: KnownConsumer,
  bus: FlowPart,
  status: StatusDocument | undefined,
): FlowLane {
  const known = status?.consumers.find((consumer) => consumer.name === name);
  const joints = status?.joints ?? [];
  const { kind: kept, place } = known?.keeps ?? { kind: 'nothing', place: undefined };
  const stores: readonly PartKind[] = kept === 'nothing' ? [] : [kept === 'rows' ? 'table' : 'objects'];
  const kinds: readonly PartKind[] = ['rule', ...AFTER_RULE[target], ...stores];
  const parts = kinds.map((kind, index) => {
    const isStore = kind === 'table' || kind === 'objects';
    const halt = known === undefined ? undefined : haltOf(kind, known);
    return partOf(
      { kind, consumer: name, ...(isStore && { place }) },
      { id: `${kind}:${name}`, column: index + 2, joints, isTold: known !== undefined, halt },
    );
  });
  const edges = parts.map((part, index) => edgeTo(part, parts[index - 1] ?? bus, joints));
  return { name, target, parts, edges };
}

function haltOf(kind: PartKind, { rule, mapping }: ConsumerStatus): string | undefined {
  if (kind === 'rule' && rule === 'disabled') return 'disabled';
  if (kind === 'function' && (mapping === 'disabled' || mapping === 'disabling')) return 'paused';
  return undefined;
}

interface PartContext {
  readonly id: string;
  readonly column: number;
  readonly joints: readonly Check[];
  /** Whether a document tells of it already. */
  readonly isTold: boolean;
  readonly halt?: string | undefined;
}

function partOf(place: PartPlace, { id, column, joints, isTold, halt }: PartContext): FlowPart {
  const checks = checksOfPart(joints, place);
  return { ...place, id, column, state: isTold ? stateOf(checks, halt) : 'unknown', halt, checks };
}

function stateOf(checks: readonly Check[], halt: string | undefined): PartState {
  const states = checks.map(({ state, isUnknown }) => (isUnknown === true ? 'unknown' : state));
  if (states.includes('failed')) return 'failed';
  if (halt !== undefined) return 'off';
  if (states.includes('warning')) return 'warning';
  return states.includes('unknown') ? 'unknown' : 'ok';
}

function edgeTo(to: FlowPart, from: FlowPart, joints: readonly Check[]): FlowEdge {
  const checks = checksOfWay(joints, to);
  const isCut = checks.some(({ state, isUnknown }) => state === 'failed' && isUnknown !== true);
  // nothing comes out of a disabled rule, nor into a paused function
  const halt = to.halt ?? (from.kind === 'rule' ? from.halt : undefined);
  const isUnknown =
    checks.some((check) => check.isUnknown === true) || (checks.length === 0 && to.state === 'unknown');
  return {
    id: `${from.id}>${to.id}`,
    from: from.id,
    to: to.id,
    kind: to.kind,
    consumer: to.consumer,
    state: isCut ? 'broken' : halt !== undefined ? 'off' : isUnknown ? 'unknown' : 'ok',
    why: isCut ? 'cut' : halt === undefined ? undefined : 'off',
  };
}

import { fateOf, type ConsumerFate, type Outcome } from '../fate/fate.ts';
import { pause } from '../../shared/pause.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { UploadedObject } from './upload.ts';

/** An object that was uploaded, and what became of it at the consumers that want it. */
export interface Awaited {
  readonly key: string;
  readonly consumers: readonly ConsumerFate[];
}

export interface WaitOptions {
  /** The consumers that want the object. */
  readonly consumersOf: (object: UploadedObject) => readonly Consumer[];
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Called after each look. */
  readonly onLook?: (settled: number) => void;
}

const LOOK_AGAIN_MS = { local: 200, aws: 3_000 };
/** It can still become anything else. */
const OPEN: ReadonlySet<Outcome> = new Set(['waiting', 'missing', 'unknown']);

/** Where whoever waits may not see what a consumer keeps, waiting tells nothing more. */
export const isOpen = ({ outcome, denied = [] }: ConsumerFate): boolean =>
  OPEN.has(outcome) && !denied.includes('kept');

/** Looks at each object again and again until every consumer that wants it has an outcome, or the time is over. */
export async function awaitOutcomes(
  pipeline: Pipeline,
  objects: readonly UploadedObject[],
  { consumersOf, limitMs, signal, onLook }: WaitOptions,
): Promise<readonly Awaited[]> {
  const deadlineMs = performance.now() + limitMs;
  const found = new Map<string, Awaited>();
  for (;;) {
    for (const object of objects) {
      const { key, versionId } = object;
      if (found.get(key)?.consumers.every((fate) => !isOpen(fate)) === true) continue;
      const consumers = consumersOf(object);
      const fate =
        consumers.length === 0
          ? undefined
          : await fateOf(pipeline, key, { consumers, signal, ...(versionId !== undefined && { versionId }) });
      found.set(key, { key, consumers: fate?.consumers ?? [] });
      if (signal.aborted || (performance.now() >= deadlineMs && found.size === objects.length)) break;
    }
    const all = [...found.values()];
    const settled = all.filter(({ consumers }) => !consumers.some(isOpen)).length;
    onLook?.(settled);
    if (settled === objects.length || signal.aborted || performance.now() >= deadlineMs) return all;
    await pause(LOOK_AGAIN_MS[pipeline.deployment.kind], signal);
  }
}

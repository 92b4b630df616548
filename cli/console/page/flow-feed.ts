import { effect, signal } from '@preact/signals';
import type { flowDocument } from '../../flow/flow-document.ts';
import type { DocumentOf } from '../../terminal/document.ts';
import { drawn } from './drawn.ts';
import { Pace } from './pace.ts';
import { isLive, isLocal } from './live.ts';
import { follow, type Trouble } from './server.ts';
import { session } from './session.ts';
import { refreshSession } from './start-session.ts';

export type FlowDocument = DocumentOf<typeof flowDocument>;

/** What flows now: once a second from the runtime on this machine, in AWS every half minute while it is watched. */
export const flow = signal<FlowDocument | undefined>(undefined);
export const flowTrouble = signal<Trouble | undefined>(undefined);

const INTERVAL = { local: '1s', aws: '30s' } as const;
/** After a failure the server is asked again. */
const PAUSE_MS = 2_000;

/** Begins when the page is live, and ends when nobody looks. */
export function startFlow(): void {
  effect(() => {
    if (!isLive.value || session.value === undefined) return undefined;
    const stop = new AbortController();
    void feed(isLocal.value ? INTERVAL.local : INTERVAL.aws, stop.signal);
    return () => stop.abort();
  });
}

/** Drawing takes a fiftieth of the time: the pipeline beside it needs the machine. But what is shown is never older than this. */
const OLDEST_MS = 5_000;
const restAfterDrawing = (tookMs: number): number => Math.min(OLDEST_MS, tookMs * 49);

async function feed(interval: string, signal: AbortSignal): Promise<void> {
  let newest: FlowDocument | undefined;
  const drawing = new Pace(async () => {
    if (!signal.aborted) flow.value = newest;
    await drawn();
  }, restAfterDrawing);
  while (!signal.aborted) {
    try {
      const frames = follow<FlowDocument>(['flow', '--follow', '--interval', interval], { signal });
      for (;;) {
        const { done, value } = await frames.next();
        if (done === true) {
          flowTrouble.value = value.trouble;
          break;
        }
        // after a pause another pipeline may be there, and one that is watched may get another consumer
        if (flowTrouble.value !== undefined || isOther(newest ?? flow.value, value)) void refreshSession();
        newest = value;
        drawing.ask();
        flowTrouble.value = undefined;
      }
    } catch (error) {
      if (signal.aborted) return;
      const { message, nextStep } = error as Trouble;
      flowTrouble.value = { message, nextStep };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const namesOf = ({ consumers }: FlowDocument): string => consumers.map(({ name }) => name).join();

/** Whether its consumers are others than those of the frame before. */
const isOther = (before: FlowDocument | undefined, now: FlowDocument): boolean =>
  before !== undefined && namesOf(before) !== namesOf(now);

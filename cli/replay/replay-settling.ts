import { Patience } from '../pipeline/patience.ts';
import { pause } from '../../shared/pause.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { leftOf, totalLeft, type ReplayLeft } from './replay-left.ts';
import { replayOutcomes, type ReplayOutcomes } from './replay-outcomes.ts';

export interface SettlingOptions {
  readonly consumers: readonly Consumer[];
  readonly replayName: string;
  /** When the replay began: from then on the logs are read. */
  readonly since: Date;
  /** How long nothing may move. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** @param total undefined when nobody knows how many there are */
  readonly onProgress: (done: number, total: number | undefined) => void;
}

/** How far the consumers have come with a replay's events. */
export interface Settling {
  /** Nothing of it is left to do. */
  readonly isSettled: boolean;
  readonly left: ReplayLeft;
  readonly outcomes: readonly ReplayOutcomes[];
}

const LOOK_AGAIN_MS = { local: 200, aws: 5_000 };
/** SQS counts only about: its queues have to be empty twice in a row. */
const EMPTY_LOOKS = { local: 1, aws: 2 };

/**
 * Waits until the consumers have worked off what a replay has sent them, and no longer than something moves: a queue that
 * is paused, or a consumer that fails, ends it. Locally just this replay's events are counted. In AWS, where nobody can
 * look into a queue, what moves is what the functions' logs say of this replay; it has settled when the queues are empty.
 */
export async function settle(pipeline: Pipeline, options: SettlingOptions): Promise<Settling> {
  const { consumers, replayName, since, patienceMs, signal, onProgress } = options;
  const { kind } = pipeline.deployment;
  const patience = new Patience(patienceMs);
  let [most, least, emptyLooks] = [0, Infinity, 0];
  for (;;) {
    const left = await leftOf(pipeline, consumers, replayName);
    const total = totalLeft(left);
    most = Math.max(most, total);
    least = Math.min(least, total);
    emptyLooks = total === 0 ? emptyLooks + 1 : 0;
    const isSettled = emptyLooks >= EMPTY_LOOKS[kind];
    const moved = left.countedBy === 'replay' ? least : doneBy(await outcomesNow());
    if (left.countedBy === 'replay') onProgress(most - total, most);
    else onProgress(moved, undefined);
    if (isSettled || signal.aborted || patience.isOver(moved)) {
      return { isSettled, left, outcomes: await outcomesNow() };
    }
    await pause(LOOK_AGAIN_MS[kind], signal);
  }

  async function outcomesNow(): Promise<readonly ReplayOutcomes[]> {
    return await replayOutcomes(pipeline, consumers, replayName, since);
  }
}

const doneBy = (outcomes: readonly ReplayOutcomes[]): number =>
  outcomes.reduce(
    (sum, { recomputed, alreadyThere, skipped }) => sum + recomputed + alreadyThere + skipped,
    0,
  );

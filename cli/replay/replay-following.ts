import { EXIT, type ExitCode } from '../exit-code.ts';
import { settle, type Settling } from './replay-settling.ts';
import { showLeft } from './replay-view.ts';
import { hasEnded, type ReplayState } from './replay-progress.ts';
import { watchReplay } from './replay.ts';
import type { Route } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import { durationText } from '../terminal/units.ts';

/** Watches a replay, with its progress, until it ends or stands still. */
export async function follow(
  { pipeline, terminal, signal }: Scope,
  name: string,
  patienceMs: number,
): Promise<ReplayState> {
  using progress = terminal.progress({
    label: 'replaying',
    total: 100,
    amountText: (percent) => `${percent.toFixed(0)} %`,
  });
  return await watchReplay(pipeline, name, {
    signal,
    patienceMs,
    onProgress: (state) => progress.show(state.progress * 100),
  });
}

/** Waits, with its progress, until the consumers have worked off what the replay has sent them. */
export async function awaitConsumers(
  { pipeline, terminal, signal }: Scope,
  { name, startedAt }: ReplayState,
  routes: readonly Route[],
  patienceMs: number,
): Promise<Settling> {
  const { kind } = pipeline.deployment;
  using progress = terminal.progress({
    label:
      kind === 'local'
        ? 'the consumers work its events off:'
        : 'the consumers work its events off, by their logs:',
  });
  return await settle(pipeline, {
    consumers: routes.map(({ consumer }) => consumer),
    replayName: name,
    since: new Date(startedAt ?? 0),
    patienceMs,
    signal,
    onProgress: (done, total) => progress.show(done, total),
  });
}

/** Says how it ended and what is left to do. */
export function conclude(
  { terminal, signal }: Scope,
  { name, state, stateReason = '' }: ReplayState,
  settling: Settling | undefined,
  patienceMs: number,
): ExitCode {
  if (settling === undefined) {
    const stands =
      hasEnded(state) || signal.aborted ? '' : `, and has not moved for ${durationText(patienceMs)}`;
    terminal.note(
      `replay ${name} is ${state}${stands}${stateReason === '' ? '' : `: ${stateReason}`}; sluice replay show ${name}`,
    );
    return state === 'FAILED' ? EXIT.failed : EXIT.partlyDone;
  }
  const { isSettled, left, outcomes } = settling;
  showLeft(terminal, left, outcomes);
  const isGivenUp = left.consumers.some(({ letters }) => letters !== null && letters > 0);
  if (!isSettled) {
    terminal.note(
      `stopped waiting${signal.aborted ? '' : `: nothing has moved for ${durationText(patienceMs)}`}. What was replayed is kept in the queues; is a consumer paused, or does it fail? sluice status, then sluice replay show ${name}`,
    );
  }
  return isSettled && !isGivenUp ? EXIT.done : EXIT.partlyDone;
}

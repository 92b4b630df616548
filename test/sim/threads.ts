import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Place } from './place.ts';
import { removeWorldFolders } from './world/world.ts';
import { Simulation, type HistoryResult, type SimulationOptions } from './simulate.ts';

/** A history is let go when it has been added up: some 40 MB are in use at any time, and a thread that holds more of them ends the run. */
const LIMITS = { maxOldGenerationSizeMb: 512 };

/** What a thread is given: every `of`th history, from `first` on. */
export interface Share {
  readonly options: SimulationOptions;
  readonly first: number;
  readonly of: number;
}

/**
 * Histories in threads, until there are events enough, or Ctrl-C. Each is a world of its own, and they are added up in their order:
 * the result is that of one thread.
 *
 * @param onHistory called when one more has been added up
 */
export async function simulateInThreads(
  options: SimulationOptions,
  threads: number,
  onHistory: (simulation: Simulation) => void = () => {},
): Promise<Simulation> {
  // synthesized once, before the threads look for it
  await Place.load();
  const simulation = new Simulation();
  const waiting = new Map<number, HistoryResult>();
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  const workers = Array.from({ length: threads }, (_, first) => {
    const workerData: Share = { options, first, of: threads };
    const worker = new Worker(new URL('thread.ts', import.meta.url), { workerData, resourceLimits: LIMITS });
    worker.on('error', reject);
    worker.on('message', (result: HistoryResult) => {
      waiting.set(result.index, result);
      for (
        let next = waiting.get(simulation.histories);
        next !== undefined && !simulation.isOver(options.events);
      ) {
        waiting.delete(next.index);
        simulation.add(next);
        if (simulation.failed === undefined) onHistory(simulation);
        next = waiting.get(simulation.histories);
      }
      if (simulation.isOver(options.events)) resolve();
    });
    return worker;
  });
  // with the figures so far
  process.once('SIGINT', resolve);
  try {
    await over;
  } finally {
    process.removeListener('SIGINT', resolve);
    await Promise.all(
      workers.map(async (worker) => {
        const ended = once(worker, 'exit');
        await worker.terminate();
        await ended;
      }),
    );
    removeWorldFolders();
  }
  return simulation;
}

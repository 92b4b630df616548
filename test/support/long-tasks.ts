import type { Browser, Page } from 'playwright-core';

/** A task of a page that the browser's own observer has called long: over 50 ms. */
export interface LongTask {
  /** From its beginning to its end, as who uses the page feels it. */
  readonly durationMs: number;
  /** What it has worked in this time: less where the machine had other things to do. */
  readonly cpuMs: number;
}

interface Observed {
  readonly startMs: number;
  readonly durationMs: number;
}

/** As Chromium traces it; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** CPU time of its thread, as `ts` and `dur`. */
  readonly tts?: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly startTime?: number } };
}

const MARK = 'sluice-long-tasks';

/** Ends the stretch in which tasks are observed. @returns the long ones */
export type StopObserving = () => Promise<readonly LongTask[]>;

/**
 * Observes the long tasks of a page by its own PerformanceObserver, and how much CPU time each took by the browser's trace: on a machine that
 * others use too a short task lasts long, and that is not the page's doing.
 */
export async function observeLongTasks(browser: Browser, page: Page): Promise<StopObserving> {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  await page.evaluate(`
    performance.mark('${MARK}');
    window.longTasks = [];
    window.longTaskObserver = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) longTasks.push({ startMs: startTime, durationMs: duration });
    });
    longTaskObserver.observe({ type: 'longtask' });`);
  return async () => {
    // what is not told yet is told in the next task
    const observed = await page.evaluate<Observed[]>(
      'new Promise((resolve) => setTimeout(() => resolve(longTasks)))',
    );
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: TraceEvent[];
    };
    return withCpu(observed, traceEvents);
  };
}

/**
 * The CPU time between the last moment before a task and the first after it at which the trace tells how much its thread has worked. What the
 * observer calls one task is more than one event of the trace: the microtasks that follow a task stand beside it.
 */
function withCpu(observed: readonly Observed[], events: readonly TraceEvent[]): readonly LongTask[] {
  const mark = events.find(({ name }) => name === MARK);
  const markMs = mark?.args?.data?.startTime;
  if (mark === undefined || markMs === undefined) throw new Error('the browser has not traced the mark');
  const moments = events
    .filter((event) => event.pid === mark.pid && event.tid === mark.tid && event.tts !== undefined)
    .flatMap(({ ts, tts = 0, dur = 0, tdur = 0 }) => [
      { at: ts, worked: tts },
      { at: ts + dur, worked: tts + tdur },
    ])
    .toSorted((one, other) => one.at - other.at);
  return observed.map(({ startMs, durationMs }) => {
    const start = mark.ts + (startMs - markMs) * 1_000;
    const before = moments.findLast(({ at }) => at <= start);
    const after = moments.find(({ at }) => at >= start + durationMs * 1_000);
    if (before === undefined || after === undefined) {
      throw new Error(`the trace does not reach over the task at ${startMs} ms, of ${durationMs} ms`);
    }
    return { durationMs, cpuMs: (after.worked - before.worked) / 1_000 };
  });
}

import type { Page } from 'playwright-core';

/** What a browser tells of a page since it was opened. */
export interface Drawn {
  readonly paintMs: number;
  /** The sum of its layout shifts, without a unit: 0 where nothing has moved that nobody moved. */
  readonly shift: number;
  /** What has moved, as its class or name: `command` */
  readonly moved: readonly string[];
}

/** @see https://web.dev/articles/cls */
export const drawn = (page: Page): Promise<Drawn> =>
  page.evaluate<Drawn>(`new Promise((resolve) => {
    let shift = 0;
    const moved = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        shift += value;
        moved.push(...sources.map(({ node }) => node?.className || node?.nodeName || 'what is gone'));
      }
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      const [paint] = list.getEntriesByName('first-contentful-paint');
      if (paint === undefined) return;
      // what is drawn now is told in the next frame
      requestAnimationFrame(() => setTimeout(() => resolve({ paintMs: paint.startTime, shift, moved })));
    }).observe({ type: 'paint', buffered: true });
  })`);

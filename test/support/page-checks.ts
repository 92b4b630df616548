import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { waitFor } from './wait-for.ts';

const LOOK_AGAIN_MS = 30;
const IN_PAGE = readFileSync(join(import.meta.dirname, 'in-page.mjs'), 'utf8');

/** Runs a function of in-page.mjs there. By the debugger's protocol, which the page's own policy does not keep out. */
async function inPage<Answer>(page: Page, call: string): Promise<Answer> {
  await page.evaluate(`globalThis.pageChecks ?? (() => { ${IN_PAGE} })()`);
  return await page.evaluate<Answer>(`pageChecks.${call}`);
}

/** Resolves when the page is there, and what it has asked is answered. */
export const settled = (page: Page): Promise<void> =>
  waitFor(() => inPage<boolean>(page, 'isSettled()'), 'the page to be settled', undefined, LOOK_AGAIN_MS);

/** Goes to another page of the console as its links do, which is quicker than to load it. @param path `/objects?prefix=csv/` */
export async function goTo(page: Page, path: string): Promise<void> {
  await inPage(page, `goTo(${JSON.stringify(path)})`);
  await settled(page);
  // a key that is pressed before would be pressed elsewhere
  await inPage(page, 'afterFrames()');
}

/**
 * What axe-core finds wrong with what is shown, each as one line.
 *
 * @param rules the only ones to be looked at; @default all
 */
export async function accessibilityViolations(
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
  const options = {
    resultTypes: ['violations'],
    // the page has its styles at hand
    preload: false,
    ...(rules !== undefined && { runOnly: { type: 'rule', values: rules } }),
  };
  return await page.evaluate<string[]>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, help, html.slice(0, 160), failureSummary].join(': '))))`);
}

/** By how many pixels the page is wider than its window. */
export const scrollsSideways = (page: Page): Promise<number> => inPage(page, 'sidewards()');

/**
 * Texts that stand over one another, each pair as one line. What is cut off, hidden or under a dialog is not seen and does
 * not count; a touch of two pixels is none.
 */
export const overlappingTexts = (page: Page): Promise<readonly string[]> =>
  inPage(page, 'overlappingTexts()');

/** How many elements of the page can be pressed or written into. */
export const pressables = (page: Page): Promise<number> => inPage(page, 'pressables()');

/** An element that the Tab key came to. */
export interface TabStop {
  /** `a "Objects"` */
  readonly what: string;
  /** Whether one sees that it has the focus. */
  readonly isMarked: boolean;
  /** Whether it is in sight, and nothing lies over its middle. */
  readonly isInSight: boolean;
}

/** Presses Tab until the focus leaves the page, or comes back to where it was. */
export async function tabStops(page: Page, most = 300): Promise<readonly TabStop[]> {
  const stops: TabStop[] = [];
  await inPage(page, 'letGo()');
  while (stops.length < most) {
    await page.keyboard.press('Tab');
    const stop = await inPage<TabStop | undefined>(page, 'tabStop()');
    if (stop === undefined) break;
    stops.push(stop);
  }
  await inPage(page, 'letGo()');
  return stops;
}

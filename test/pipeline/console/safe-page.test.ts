import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.skipIf(!hasBrowser)('the console’s page (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('is drawn within its own security policy', async () => {
    await using console = await ConsoleUnderTest.start({ pipeline, browser });

    expect(await console.page.title()).toContain('Sluice');
    expect(console.troubles).toEqual([]);
  });

  test.each([
    [
      'an inline script',
      `const made = document.createElement('script'); made.textContent = '1'; document.body.append(made);`,
    ],
    ['a request elsewhere', `void fetch('http://127.0.0.1:9/').catch(() => {});`],
    ['an uncaught error', `setTimeout(() => { throw new Error('on purpose'); });`],
    ['an error on its console', `console.error('on purpose');`],
  ])('fails the test that sees %s of it', async (_, script) => {
    const console = await ConsoleUnderTest.start({ pipeline, browser });

    await console.page.evaluate(script);
    await waitFor(() => console.troubles.length > 0, 'the page to have done wrong');

    await expect(console[Symbol.asyncDispose]()).rejects.toThrow('the page did wrong');
  });
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const LIMIT_MS = 240_000;

describe.skipIf(!hasBrowser)(
  'a pipeline that stops and starts under an open page (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let console: ConsoleUnderTest;

    beforeAll(async () => {
      [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
      console = await ConsoleUnderTest.start({ pipeline, browser });
      console.page.setDefaultTimeout(LIMIT_MS / 2);
      // the browser says so of each answer of a console that finds no pipeline
      console.mean(/the server responded with a status of 502/);
    }, LIMIT_MS);
    afterAll(async () => {
      try {
        await console?.[Symbol.asyncDispose]();
      } finally {
        await browser?.close();
        await pipeline?.[Symbol.asyncDispose]();
      }
    });

    test('is not said to be well meanwhile, and is shown as it is afterwards, at its new address', async () => {
      const { page } = console;
      const { dataDir, endpoint } = pipeline;
      const health = page.getByRole('region', { name: 'Health' });
      await health.getByText('All is well').waitFor();

      await pipeline.stop();
      await page.getByRole('banner').getByText('not live').waitFor();
      expect(await health.innerText()).toContain('Not known now.');
      await page.getByText('no pipeline runs from').first().waitFor();

      pipeline = await PipelineUnderTest.start({ dataDir });
      await health.getByText('All is well').waitFor();
      expect(pipeline.endpoint).not.toBe(endpoint);
      await page.getByRole('banner').getByText(pipeline.endpoint).waitFor();
      expect(await page.getByRole('banner').getByText('not live').count()).toBe(0);
    });

    test('is asked for again by a page that was opened without it', async () => {
      const { page } = console;
      const { dataDir } = pipeline;
      await pipeline.stop();
      await console.open('/objects');
      await page.getByRole('alert').getByText('no pipeline runs from').waitFor();

      pipeline = await PipelineUnderTest.start({ dataDir });
      await page.getByRole('button', { name: 'Ask again' }).click();

      await page.getByText('The bucket is empty').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    test('says of a token of another start that it was refused, and opens with the right one', async () => {
      const { page } = console;
      console.mean(/the server responded with a status of 401/);
      await page.goto(`${console.origin}/verify#token=${'x'.repeat(22)}`);
      await page.getByText('The last token was refused').waitFor();

      await page.getByLabel('The address, or the token').fill(console.token);
      await page.getByRole('button', { name: 'Open the console' }).click();

      await page.getByRole('heading', { name: 'Verify' }).waitFor();
      expect(await page.getByText('The last token was refused').count()).toBe(0);
    });
  },
);

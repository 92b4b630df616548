import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concurrently } from '../../../shared/concurrency.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { CONSOLE_PAGES } from '../../support/console-pages.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { drawn } from '../../support/drawn.ts';
import { observeLongTasks, type LongTask } from '../../support/long-tasks.ts';
import { settled } from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMIT_MS = 900_000;
const OBJECTS = 2_000;
const LONG_MS = 200;

const tooLong = (tasks: readonly LongTask[]) => tasks.filter(({ cpuMs }) => cpuMs > LONG_MS);

/** What moves while objects come; every page has the same feed beside. */
const LIVE_PAGES = CONSOLE_PAGES.map(({ path }) => path).filter((path) =>
  ['/flow', '/objects'].includes(path),
);

describe.skipIf(!hasBrowser)(
  'while 2,000 objects come at full speed (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;

    beforeAll(async () => {
      [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    }, LIMIT_MS);
    afterAll(async () => {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    });

    test('a task that keeps the page busy is seen', async () => {
      await using console = await ConsoleUnderTest.start({ pipeline, browser });
      const stop = await observeLongTasks(browser, console.page);
      // by the clock: where three others want the core too it works for a quarter of it
      await console.page.evaluate(`new Promise((resolve) => setTimeout(() => {
        const until = performance.now() + 3_000;
        while (performance.now() < until);
        resolve();
      }))`);

      expect(tooLong(await stop()).length).toBeGreaterThan(0);
    });

    test.each(LIVE_PAGES)('no task of %s takes longer than 200 ms', async (path) => {
      await using console = await ConsoleUnderTest.start({
        pipeline,
        browser,
        context: { viewport: { width: 1_600, height: 1_000 } },
      });
      await console.open(path);
      await settled(console.page);
      const stop = await observeLongTasks(browser, console.page);

      const keys = Array.from({ length: OBJECTS }, (_, at) => `load${path}/${at}.txt`);
      await concurrently(keys, 16, async (Key) => {
        await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n1\n' }));
      });
      await waitFor(async () => (await pipeline.status()).drained, 'it to drain', LIMIT_MS / 3, 200);
      const tasks = await stop();

      expect(tooLong(tasks)).toEqual([]);
    });

    test.each([...CONSOLE_PAGES.map(({ path }) => path), `/object?key=load/flow/7.txt`])(
      'nothing of %s moves while it is opened',
      async (path) => {
        await using console = await ConsoleUnderTest.start({ pipeline, browser });
        await console.open(path);
        await settled(console.page);

        expect(await drawn(console.page)).toMatchObject({ shift: 0, moved: [] });
      },
    );
  },
);

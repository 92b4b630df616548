import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consumers } from '../../../infra/consumers.ts';
import { concurrently } from '../../../shared/concurrency.ts';
import { assemblyOf } from '../../support/assembly-of.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { OTHER_TARGETS } from '../../support/other-targets.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const LIMIT_MS = 240_000;

/** Notes tasks that keep the page busy, and parts and lines that are drawn anew; what moves on a line may come and go. */
const WATCH = `
  window.watched = { longTasks: [], drawn: [] };
  new PerformanceObserver((list) => watched.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      watched.drawn.push(...[...addedNodes].filter((node) => node.matches?.('.part, .line, svg')).map((node) => node.outerHTML));
    }
  }).observe(document.querySelector('.flow-map'), { childList: true, subtree: true });`;

/** Which lines one sees move. */
const MOVING = `[...document.querySelectorAll('.line-moving')].filter((line) => getComputedStyle(line).display !== 'none').map((line) => line.getAttribute('d'))`;

/** A part of the picture, by what a screen reader says of it. */
const part = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name: typeof name === 'string' ? new RegExp(`^${name}`) : name });

/** Presses a button of a panel, then the one of its dialog, and closes that. */
async function act(page: Page, action: string): Promise<string> {
  await page
    .getByRole('region')
    .getByRole('button', { name: new RegExp(`^${action}`) })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: `${action}: 1` }).click();
  const close = dialog.getByRole('button', { name: 'Close' });
  await close.waitFor();
  const said = (await dialog.getByRole('status').textContent()) ?? '';
  await close.click();
  return said;
}

describe.skipIf(!hasBrowser)(
  'the flow of a pipeline (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let console: ConsoleUnderTest;
    let page: Page;
    const put = async (Key: string) =>
      void (await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n1\n' })));

    const mappings = async () => {
      const { EventSourceMappings = [] } = await pipeline.lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: pipeline.output('CsvRowCounterFunctionName') }),
      );
      return EventSourceMappings.map(({ State }) => State);
    };

    beforeAll(async () => {
      const assemblyDir = assemblyOf('Default', [...consumers, ...OTHER_TARGETS]);
      [pipeline, browser] = await Promise.all([PipelineUnderTest.start({ assemblyDir }), launchBrowser()]);
      console = await ConsoleUnderTest.start({
        pipeline,
        browser,
        context: { viewport: { width: 1_600, height: 1_000 } },
      });
      page = console.page;
      page.setDefaultTimeout(LIMIT_MS / 2);
    }, LIMIT_MS);
    afterAll(async () => {
      try {
        await console?.[Symbol.asyncDispose]();
      } finally {
        await browser?.close();
        await pipeline?.[Symbol.asyncDispose]();
      }
    });

    test('is the first page, and says what to do while nothing has come', async () => {
      await page.getByText('Nothing has come yet.').waitFor();

      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Flow');
      expect(await page.getByText('npx sluice put FILE csv/').isVisible()).toBe(true);
      await page.getByText(/All is well: \d+ parts and joints looked at, none fails/).waitFor();
    });

    test('is drawn from the stack’s own consumers, each as what it is, in the order of the flow', async () => {
      await part(page, 'encoder state machine: 0 started').waitFor();

      const parts = await page
        .locator('[data-part]')
        .evaluateAll((all) => all.map((one) => one.dataset['part']));
      expect(parts).toEqual([
        'bucket',
        'bus',
        'archive',
        ...['rule', 'queue', 'function', 'table'].map((kind) => `${kind}:metadata-writer`),
        ...['rule', 'queue', 'function', 'table'].map((kind) => `${kind}:csv-row-counter`),
        ...['rule', 'queue', 'function', 'objects'].map((kind) => `${kind}:ledger-exporter`),
        ...['rule', 'queue', 'drainer'].map((kind) => `${kind}:jobs`),
        ...['rule', 'other-bus'].map((kind) => `${kind}:partner`),
        ...['rule', 'state-machine'].map((kind) => `${kind}:encoder`),
      ]);
    });

    test('counts what comes, while it comes', async () => {
      await put('csv/one.csv');
      await put('all/two.png');

      await part(page, 'bus: 2 events').waitFor();
      await part(page, 'metadata-writer function: 2 done').waitFor();
      await part(page, 'csv-row-counter rule: 1 matched').waitFor();
      await part(page, 'jobs queue: 1 waiting').waitFor();
      expect(await page.getByText('Nothing has come yet.').isVisible()).toBe(false);
    });

    test('is walked through by keyboard: Enter opens a part, and closing it leads back', async () => {
      await part(page, 'bucket: ').focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');

      const panel = page.getByRole('region', { name: 'bus', exact: true });
      await panel.getByText('Not handed on yet').waitFor();
      expect(new URL(page.url()).searchParams.get('part')).toBe('bus');

      await panel.getByRole('button', { name: 'Close bus' }).press('Enter');
      expect(await panel.count()).toBe(0);
      expect(await page.evaluate('document.activeElement.dataset.part')).toBe('bus');
    });

    test('stops a consumer and lets it go on, and shows what waits meanwhile', async () => {
      await part(page, 'csv-row-counter function: ').click();

      expect(await act(page, 'Pause')).toContain('its event source mapping is disabled');
      expect(await mappings()).toEqual(['Disabled']);
      await part(page, 'csv-row-counter function: 1 done, paused').waitFor();
      await put('csv/waits.csv');
      await part(page, /^csv-row-counter queue: 1 waiting/).waitFor();
      await page.getByText('1 thing needs a look.').waitFor();

      expect(await act(page, 'Resume')).toContain('its event source mapping is enabled');
      expect(await mappings()).toEqual(['Enabled']);
      await part(page, 'csv-row-counter function: 2 done').waitFor();
      await page.getByText(/^. All is well/).waitFor();
    });

    test('has a red badge with the count on letters, and the last error with its log', async () => {
      for (let letter = 0; letter < 2; letter++) {
        await pipeline.sqs.send(
          new SendMessageCommand({
            QueueUrl: pipeline.output('LedgerExporterQueueUrl'),
            MessageBody: 'no JSON',
          }),
        );
      }

      await part(page, /^ledger-exporter queue: .*2 dead letters, needs a look/).waitFor();
      expect(await page.locator('[data-part="queue:ledger-exporter"] .part-letters').textContent()).toBe(
        '✖ 2',
      );
      await part(page, 'ledger-exporter queue: ').click();
      const panel = page.getByRole('region', { name: 'ledger-exporter · queue' });
      await panel.getByText('2 letters that its function could not process').waitFor();
      await panel.getByRole('button', { name: 'Show its log' }).click();
      await panel
        .getByRole('list', { name: 'Log of ledger-exporter' })
        .getByText('malformed-event')
        .first()
        .waitFor();
      expect(await panel.getByRole('link', { name: 'Dead letters' }).getAttribute('href')).toBe(
        '/letters?consumer=ledger-exporter',
      );
    });

    test('is grey behind a rule that is disabled', async () => {
      const Name = pipeline.output('MetadataWriterRuleName');
      await pipeline.events.send(new DisableRuleCommand({ Name }));

      await part(page, /^metadata-writer rule: .*disabled/).waitFor();
      expect(await page.locator('.line.is-off').count()).toBe(2);
      await pipeline.events.send(new EnableRuleCommand({ Name }));
      await page.locator('.line.is-off').first().waitFor({ state: 'detached' });
    });

    test('is visibly cut where the bucket tells nobody, and mended from its panel', async () => {
      const Bucket = pipeline.bucket;
      await pipeline.s3.send(
        new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
      );

      await part(page, /^bucket: .*broken/).waitFor();
      expect(await page.locator('.line.is-broken .line-cross').count()).toBe(1);
      await page
        .getByText(/does not send its events to EventBridge: what is uploaded reaches nobody/)
        .waitFor();
      await part(page, 'bucket: ').click();
      expect(await act(page, 'Connect the bucket')).toContain('sends its events');

      await page.locator('.line.is-broken').waitFor({ state: 'detached' });
      const now = await pipeline.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      expect(now.EventBridgeConfiguration).toBeDefined();
    });

    test(
      'stays responsive while 2,000 objects come at full speed, moves, and is never drawn anew',
      async () => {
        await page.evaluate(WATCH);

        const keys = Array.from({ length: 2_000 }, (_, at) => `load/${at}.txt`);
        // a straight line has no height, and is no box that one sees
        const moves = page.locator('.line-moving').first().waitFor({ state: 'attached' });
        await Promise.all([concurrently(keys, 16, put), moves]);
        await part(page, 'bus: 2,003 events').waitFor();

        const { longTasks, drawn } = await page.evaluate<{ longTasks: number[]; drawn: string[] }>(
          'window.watched',
        );
        expect(longTasks.filter((ms) => ms > 200)).toEqual([]);
        expect(drawn).toEqual([]);
      },
      LIMIT_MS,
    );

    test('does not move for who does not want it', async () => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await put('csv/still.csv');
      await part(page, 'bus: 2,004 events').waitFor();

      expect(await page.evaluate(MOVING)).toEqual([]);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
    });

    test('is a list of consumers where the page is narrow, with the panel under its part', async () => {
      await page.setViewportSize({ width: 360, height: 800 });
      await part(page, 'jobs queue: ').click();

      const list = page.locator('.flow-list');
      await list
        .getByRole('region', { name: 'jobs', exact: true })
        .getByRole('region', { name: 'jobs · queue' })
        .waitFor();
      expect(await page.locator('.flow-map').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    });
  },
);

describe.skipIf(!hasBrowser)('a console that only looks (skipped where there is no Chromium)', () => {
  test(
    'offers nothing that changes a consumer',
    async () => {
      await using pipeline = await PipelineUnderTest.start();
      const browser = await launchBrowser();
      try {
        await using console = await ConsoleUnderTest.start({ pipeline, browser, readOnly: true });
        await part(console.page, 'csv-row-counter function: ').click();
        await console.page.getByRole('region', { name: 'csv-row-counter · function' }).waitFor();

        expect(await console.page.getByRole('link', { name: 'Test its pattern' }).isVisible()).toBe(true);
        expect(await console.page.getByRole('button', { name: /^Pause/ }).count()).toBe(0);
      } finally {
        await browser.close();
      }
    },
    LIMIT_MS,
  );
});

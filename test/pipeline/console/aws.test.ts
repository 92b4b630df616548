import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AwsDoor } from '../../support/aws-door.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { CONSOLE_PAGES } from '../../support/console-pages.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { goTo, settled } from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMIT_MS = 300_000;
const KEY = 'csv/2026/orders.csv';
const OBJECT = `/object?key=${encodeURIComponent(KEY)}`;
const BY_KEY = '/objects?order=key';
const HALF_AN_HOUR_MS = 1_800_000;

/** What each page shows of a stack in AWS that has no CloudWatch. */
const SHOWN: Readonly<Record<string, readonly RegExp[]>> = {
  '/flow': [/GetMetricData is not implemented/, /csv-row-counter/, /ledger-exporter/],
  [BY_KEY]: [/What became of an object is told by rows and dead letters/, /orders\.csv/],
  '/letters': [/malformed-event/, /1 letter/],
  '/archive': [/CloudWatch could not be asked: .*GetMetricData is not implemented/, /up to a day behind/],
  '/charts': [/is not available: .*GetMetricData is not implemented/],
  '/lab': [/orders\.csv/],
  '/verify': [/Nothing is compared yet/],
  [OBJECT]: [/Ask what happened to it/],
};
const PAGES = [
  ...CONSOLE_PAGES.map(({ path }) => (path === '/objects' ? BY_KEY : path)).filter(
    (path) => path !== '/object',
  ),
  OBJECT,
];

const header = (page: Page) => page.getByRole('banner');

const textOf = async (page: Page): Promise<string> => await page.locator('main').innerText();

describe.skipIf(!hasBrowser)(
  'the console of a stack in AWS, which here is the gateway without its control API (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let door: AwsDoor;
    const openConsole = (readOnly = false) =>
      ConsoleUnderTest.start({
        browser,
        target: { target: 'aws' },
        readOnly,
        context: { viewport: { width: 1_280, height: 900 }, colorScheme: 'light' },
      });

    beforeAll(async () => {
      [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
      door = await AwsDoor.open(pipeline.endpoint);
      vi.stubEnv('AWS_ENDPOINT_URL', door.endpoint);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
      const { sqs, s3, bucket } = pipeline;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: 'id,amount\n1,5\n2,7\n' }));
      const QueueUrl = pipeline.output('LedgerExporterQueueUrl');
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no JSON' }));
      await pipeline.drain();
    }, LIMIT_MS);
    afterAll(async () => {
      vi.unstubAllEnvs();
      await browser?.close();
      await door?.[Symbol.asyncDispose]();
      await pipeline?.[Symbol.asyncDispose]();
    });

    test('says in AWS’s colour which account, Region and stack it is', async () => {
      await using console = await openConsole();
      await using local = await ConsoleUnderTest.start({
        browser,
        pipeline,
        context: { colorScheme: 'light' },
      });
      const colour = `getComputedStyle(document.querySelector('header')).backgroundColor`;
      await header(local.page).waitFor();

      expect(await header(console.page).innerText()).toContain('AWS 000000000000 us-east-1 · Sluice-dev');
      expect(await header(console.page).innerText()).toContain(door.endpoint);
      expect(await console.page.evaluate(colour)).not.toBe(await local.page.evaluate(colour));
    });

    test('asks nothing again before Watch is pressed, whose cost stands beside it', async () => {
      await using console = await openConsole();
      const { page } = console;
      const open = new Set<Request>();
      page.on('request', (request) => open.add(request));
      page.on('requestfinished', (request) => open.delete(request));
      page.on('requestfailed', (request) => open.delete(request));
      const answered = () => waitFor(() => open.size === 0, 'what the page has asked to be answered');
      await page.clock.install();
      for (const path of [...PAGES, '/objects']) {
        await console.open(path);
        await settled(page);
        await page.getByText(/^Watching costs about \$\d+\.\d{3} an hour$/).waitFor();
        // what is asked once may wait for a moment first
        await page.clock.runFor(5_000);
        await answered();
        const asked = door.requests.length;

        await page.clock.runFor(HALF_AN_HOUR_MS);
        await answered();

        expect({ path, asked: door.requests.slice(asked) }).toEqual({ path, asked: [] });
      }
      await console.open('/flow');
      await settled(page);
      const before = door.requests.length;
      await page.getByRole('button', { name: 'Watch', exact: true }).click();
      await waitFor(() => door.requests.length > before, 'the console to ask once it is watched');
      await page.getByRole('button', { name: 'Stop watching' }).click();
    });

    test.each(PAGES)('%s works with what AWS tells, and says what it cannot', async (path) => {
      await using console = await openConsole();
      const { page } = console;
      await goTo(page, path);

      for (const shown of SHOWN[path]!) {
        await waitFor(async () => shown.test(await textOf(page)), `${path} to show ${shown}`);
      }
      expect(await page.getByText(/_sluice|on this machine only/).count()).toBe(0);
    });

    test('says of the newest objects from when they are, and never that a bucket is empty which it has not listed', async () => {
      await using console = await openConsole();
      const { page } = console;
      await goTo(page, '/objects');
      await page.getByText('S3 lists by key alone.').waitFor();
      await page.getByText('the lines of ledger-exporter').waitFor();

      await goTo(page, '/objects?since=1s');
      await page.getByText('Nothing came in that time').waitFor();
      expect(await textOf(page)).not.toContain('The bucket is empty');
      await page.getByRole('button', { name: 'By key' }).click();
      await page.getByRole('list', { name: 'Objects' }).getByText('orders.csv').waitFor();
    });

    test('verifies, and finds that all agrees', async () => {
      await using console = await openConsole();
      const { page } = console;
      await goTo(page, '/verify');
      await page.getByRole('button', { name: 'Verify', exact: true }).click();

      await page.getByText(/^Compared all objects/).waitFor();
      expect(await textOf(page)).not.toContain('could not');
    });

    test('tells what happened to an object, when somebody asks', async () => {
      await using console = await openConsole();
      const { page } = console;
      await goTo(page, OBJECT);
      await page.getByRole('button', { name: 'Ask what happened to it' }).click();
      await page.getByText('Looking what became of it …').waitFor({ state: 'detached' });
      await settled(page);

      expect(await textOf(page)).toMatch(/csv-row-counter[\s\S]*recorded/);
    });

    test('changes something only when the count is typed', async () => {
      await using console = await openConsole();
      const { page } = console;
      await goTo(page, '/flow?part=function:csv-row-counter');
      await page.getByRole('button', { name: 'Pause csv-row-counter' }).click();
      const dialog = page.getByRole('dialog');
      const pause = dialog.getByRole('button', { name: 'Pause: 1' });
      await dialog.getByText('This changes something in AWS. Type 1 to go on').waitFor();
      expect(await pause.isDisabled()).toBe(true);
      await dialog.getByRole('textbox').fill('2');
      expect(await pause.isDisabled()).toBe(true);
      await dialog.getByRole('textbox').fill('1');
      await pause.click();
      await dialog.getByText('its event source mapping is disabl').waitFor();

      const { EventSourceMappings = [] } = await pipeline.lambda.send(
        new ListEventSourceMappingsCommand({ FunctionName: pipeline.output('CsvRowCounterFunctionName') }),
      );
      expect(EventSourceMappings.map(({ State }) => State)).toEqual(['Disabled']);
    });

    test('offers nothing that changes something where it only looks', async () => {
      await using console = await openConsole(true);
      const { page } = console;
      for (const path of [...PAGES, '/flow?part=function:csv-row-counter']) {
        await goTo(page, path);
        await settled(page);
        const names = await page.getByRole('button').allInnerTexts();
        const changing = names.filter((name) =>
          /^(Pause|Resume|Redrive|Purge|Replay|Remove|Repair|Upload)/.test(name),
        );
        expect({ path, changing }).toEqual({ path, changing: [] });
      }
      await page.getByRole('banner').getByText('read-only').waitFor();
    });

    test('never asked for the control API', () => {
      expect(door.refused).toEqual([]);
      expect(door.requests.length).toBeGreaterThan(0);
    });
  },
);

import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly } from '../../support/assembly.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { withoutAction } from '../../support/fault-switch.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMIT_MS = 240_000;
const HOUR_MS = 3_600_000;

/** Name → text; a CSV of n rows beside its header, by its name. */
const MORNING: Readonly<Record<string, string>> = {
  'orders.csv': 'id,amount\n1,5\n2,7\n',
  'returns.csv': 'id\n1\n',
  'stock.csv': 'id\n1\n2\n3\n',
};
const EVENING: Readonly<Record<string, string>> = { 'late.csv': 'id\n1\n2\n3\n4\n' };
const keysOf = (files: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(files).map((name) => `csv/${name}`);

// each hour finds the pipeline, and the same tab, as the hour before has left it
describe.skipIf(!hasBrowser)(
  'an operator’s day in the browser (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    const dataDir = temporaryFolder('operators-day');
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let console: ConsoleUnderTest;
    let page: Page;

    beforeAll(async () => {
      const assemblyDir = alteredAssembly((template) =>
        withoutAction(template, 'CsvRowCounter', 's3:GetObjectVersion'),
      );
      [pipeline, browser] = await Promise.all([
        PipelineUnderTest.start({ dataDir, assemblyDir }),
        launchBrowser(),
      ]);
      console = await ConsoleUnderTest.start({ pipeline, browser });
      page = console.page;
      page.setDefaultTimeout(LIMIT_MS / 4);
    }, LIMIT_MS);
    afterAll(async () => {
      try {
        await console?.[Symbol.asyncDispose]();
      } finally {
        await browser?.close();
        await pipeline?.[Symbol.asyncDispose]();
      }
    }, LIMIT_MS);

    const menu = async (title: string): Promise<void> => {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    };

    /** Drops files onto the page as a file manager would, and sends them. */
    async function drop(files: Readonly<Record<string, string>>): Promise<void> {
      const dataTransfer = await page.evaluateHandle(`(() => {
        const dropped = new DataTransfer();
        for (const [name, text] of Object.entries(${JSON.stringify(files)})) {
          dropped.items.add(new File([text], name, { type: 'text/csv' }));
        }
        return dropped;
      })()`);
      await page.dispatchEvent('main', 'dragenter', { dataTransfer });
      await page.getByRole('heading', { name: 'Drop to upload below csv/' }).waitFor();
      await page.dispatchEvent('main', 'dragover', { dataTransfer });
      await page.dispatchEvent('main', 'drop', { dataTransfer });
      const many = Object.keys(files).length;
      const dialog = page.getByRole('dialog');
      await dialog.getByText('csv-row-counter').first().waitFor();
      await dialog.getByRole('button', { name: `Upload ${many} file` }).click();
      await page.getByRole('region', { name: 'Uploads' }).getByText(`${many} of ${many} file`).waitFor();
      await page.getByRole('button', { name: 'Close the list of uploads' }).click();
    }

    /** The text of each object of the bucket, as S3 gives it. */
    async function stored(): Promise<Record<string, string | undefined>> {
      const { s3, bucket: Bucket } = pipeline;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
      const texts: Record<string, string | undefined> = {};
      for (const { Key } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: Key! }));
        texts[Key!] = await Body?.transformToString();
      }
      return texts;
    }

    async function lettersOfCounter(): Promise<number> {
      const { Attributes } = await pipeline.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: pipeline.output('CsvRowCounterDeadLetterQueueUrl'),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
    }

    /** Key → rows, as the counter has stored them. */
    async function counted(): Promise<Record<string, unknown>> {
      const rows = await pipeline.counterRows();
      return Object.fromEntries(
        rows.filter((one) => one['status'] === 'counted').map((one) => [one['file_key'], one['row_count']]),
      );
    }

    const row = (key: string): Locator => page.locator('.object-row', { hasText: key });

    test('begins with files that are dropped onto Objects, and come to the bucket as they are', async () => {
      await menu('Objects');
      await drop(MORNING);

      expect(await stored()).toEqual(
        Object.fromEntries(Object.entries(MORNING).map(([name, text]) => [`csv/${name}`, text])),
      );
      await pipeline.drain();
      const rows = await pipeline.metadataRows();
      expect(rows.map((one) => String(one['object_key'])).toSorted()).toEqual(keysOf(MORNING));
      expect(await counted()).toEqual({});
      expect(await lettersOfCounter()).toBe(keysOf(MORNING).length);
    });

    test('finds the object that was not counted among the others', async () => {
      await row('csv/orders.csv').getByText('dead lettered').waitFor();
      await row('csv/orders.csv').getByRole('link').click();

      await page.getByRole('heading', { level: 1, name: 'csv/orders.csv' }).waitFor();
      expect(new URL(page.url()).searchParams.get('key')).toBe('csv/orders.csv');
    });

    test('reads why on its page: what was tried, what failed, and that it was given up', async () => {
      const counter = page.getByRole('region', { name: 'csv-row-counter', exact: true });
      await counter.getByText('A dead letter since').waitFor();

      expect(await counter.locator('.chip').first().innerText()).toContain('dead lettered');
      const errors = await counter.locator('.timeline-error').allInnerTexts();
      expect(errors.length).toBeGreaterThanOrEqual(4);
      for (const error of errors) expect(error).toContain('AccessDenied');
      const writer = page.getByRole('region', { name: 'metadata-writer', exact: true });
      expect(await writer.locator('.chip').first().innerText()).toContain('recorded');
    });

    test('mends the cause, and sends the letters back', async () => {
      await page
        .getByRole('region', { name: 'csv-row-counter', exact: true })
        .getByRole('link', { name: 'to the dead letters' })
        .click();
      await page.getByText('3 letters, the newest first').waitFor();
      await pipeline[Symbol.asyncDispose]();
      pipeline = await PipelineUnderTest.start({ dataDir });

      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByRole('button', { name: 'Redrive all that are shown' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Redrive: 3' }).click();
      await dialog.getByText('3 letters went back to the queue').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await pipeline.drain();

      expect(await lettersOfCounter()).toBe(0);
      expect(await counted()).toEqual({ 'csv/orders.csv': 3, 'csv/returns.csv': 2, 'csv/stock.csv': 4 });
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('No dead letters: all is well').waitFor();
    });

    test('replays a time that is brushed, and nothing of another time', async () => {
      await pipeline.advance(HOUR_MS);
      await menu('Objects');
      await drop(EVENING);
      await pipeline.drain();
      await pipeline.advance(HOUR_MS);
      await menu('Archive and replay');
      const plot = page.getByRole('img', { name: /^4 events from/ });
      await plot.waitFor();
      // the bars stand where the events are: the morning's is the first one
      const [first, last] = [plot.locator('rect').first(), plot.locator('rect').last()];
      const { y, height } = (await plot.boundingBox())!;
      const [morning, evening] = [(await first.boundingBox())!, (await last.boundingBox())!];
      await page.mouse.move(morning.x - 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move((morning.x + evening.x) / 2, y + height / 2, { steps: 4 });
      await page.mouse.up();
      await page.getByText('the chosen time: 3 events').waitFor();
      for (const name of ['metadata-writer', 'csv-row-counter']) await page.getByLabel(name).uncheck();
      await page.getByRole('button', { name: 'Replay', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('morning');
      await dialog.getByRole('button', { name: 'Replay: 3' }).click();
      await dialog.getByText('The replay has started').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('region', { name: 'Replay morning' }).getByText('completed').waitFor();
      await pipeline.drain();

      const { Replays = [] } = await pipeline.events.send(new ListReplaysCommand({}));
      const { searchParams } = new URL(page.url());
      expect(Replays).toEqual([
        expect.objectContaining({
          ReplayName: 'morning',
          State: 'COMPLETED',
          EventStartTime: new Date(searchParams.get('since')!),
          EventEndTime: new Date(searchParams.get('until')!),
        }),
      ]);
      await waitFor(async () => (await replayed()).length === 3, 'the replayed lines of the ledger');
      expect(await replayed()).toEqual(keysOf(MORNING));
    });

    test('ends with a verification that is clean', async () => {
      await menu('Verify');
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByText('Bucket and tables agree.').waitFor();

      const facts = await page.locator('.verify-facts').innerText();
      expect(facts).toMatch(/objects compared\s+4/);
      expect(facts).toMatch(/must have a row of csv-row-counter\s+4/);
      expect(await page.getByText('finding', { exact: false }).count()).toBe(0);
      expect((await counted())['csv/late.csv']).toBe(5);
      expect(console.troubles).toEqual([]);
    });

    async function replayed(): Promise<readonly string[]> {
      const lines = await pipeline.ledgerLines();
      return lines
        .filter((line) => line['replay_name'] === 'morning')
        .map((line) => String(line['object_key']))
        .toSorted();
    }
  },
);

import { readFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const CONSUMERS = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];

describe.skipIf(!hasBrowser)('the page of an object (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    console = await ConsoleUnderTest.start({ pipeline, browser });
  });
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]();
    await browser?.close();
    await pipeline?.[Symbol.asyncDispose]();
  });

  async function put(key: string, body: string): Promise<string> {
    const { s3, bucket: Bucket } = pipeline;
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
    return VersionId!;
  }

  /** Opens the page of an object, once the consumers have dealt with it. */
  async function open(key: string): Promise<void> {
    await pipeline.workedOff(...CONSUMERS);
    await console.open(`/object?${new URLSearchParams({ key }).toString()}`);
    await console.page.getByRole('region', { name: 'metadata-writer' }).waitFor();
  }

  const consumer = (name: string): Locator => console.page.getByRole('region', { name, exact: true });

  test('tells what became of a CSV at each consumer, what happened when, and how it was counted', async () => {
    await put('csv/orders.csv', 'id;name\n1;Ada\n2;Grace;x\n');
    await open('csv/orders.csv');

    for (const name of CONSUMERS) {
      const steps = await consumer(name).locator('.timeline-step').allInnerTexts();
      expect(steps[0]).toMatch(/^\+0 ms\s+object stored/);
      expect(steps.at(-1)).toMatch(/recorded|done with/);
      expect(steps.some((step) => /received, attempt 1: (recorded|done), \d/.test(step))).toBe(true);
    }
    const counter = await consumer('csv-row-counter').innerText();
    expect(counter).toContain('3 rows (header included)');
    expect(counter).toContain('delimiter ; (detected)');
    expect(counter).toContain('! ragged-rows: 1 row with another number of fields');
  });

  test('shows what is stored, and the event, as text', async () => {
    const header = '<img src=x onerror=alert(1)>';
    await put('csv/hostile.csv', `${header},\u202eabc,a\u200bb\n1,2,3\n`);
    await open('csv/hostile.csv');
    const counter = consumer('csv-row-counter');

    expect(await counter.getByRole('list', { name: 'Columns' }).allInnerTexts()).toEqual([
      `${header}\n\\u202eabc\na\\u200bb`,
    ]);

    await counter.getByText('What is stored').click();
    const stored = await counter.getByRole('region', { name: 'What csv-row-counter has stored' }).innerText();
    expect(JSON.parse(stored)).toMatchObject({
      status: 'counted',
      row_count: 2,
      columns: [header, '\u202eabc', 'a\u200bb'],
    });
    expect(stored).not.toContain('\u202e');
    expect(await console.page.locator('img').count()).toBe(0);
  });

  test('says why a rule does not want it: the clause, the value and what was wanted', async () => {
    await put('img/cat.png', 'x');
    await open('img/cat.png');
    const counter = consumer('csv-row-counter');

    await counter.locator('.chip', { hasText: 'not matched' }).waitFor();
    const unmet = counter.locator('.is-unmet', { hasText: 'detail.object.key' });
    expect((await unmet.innerText()).replaceAll(/\s+/g, ' ')).toBe(
      '✖ does not hold: detail.object.key "img/cat.png" wanted prefix "csv/"',
    );
  });

  test('says that there is no such object, what to do, and whom one would reach', async () => {
    await console.open('/object?key=csv/nowhere.csv');
    const alert = console.page.getByRole('alert');
    await alert.waitFor();

    expect(await alert.innerText()).toContain('holds no version of "csv/nowhere.csv"');
    expect(await alert.innerText()).toContain('sluice ls PREFIX');
    const would = console.page.getByRole('region', { name: 'Whom such an object would reach' });
    await would.getByText('csv-row-counter').waitFor();
    expect(await would.innerText()).toContain('would reach it');
  });

  test.each([
    '__proto__',
    '-',
    '--yes',
    'csv/../up.csv',
    'csv/a b+%2F#?&=;é.csv',
    's3://other/x.csv',
    'csv/<img src=x onerror=alert(1)>.csv',
    'javascript:alert(1)',
    'csv/\u202egnp.csv',
    `csv/${'x'.repeat(1_020)}`,
  ])('is found by its address, for the key %j', async (key) => {
    await put(key, 'a\n');
    await open(key);

    const shown = key.replaceAll('\u202e', '\\u202e');
    expect(await console.page.getByRole('heading', { level: 1 }).innerText()).toBe(shown);
    expect(await consumer('metadata-writer').innerText()).toContain('recorded');
    const root = console.page.locator('html');
    expect(await root.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  test('removes the object after it has said whom that reaches, and shows it as deleted', async () => {
    await put('csv/old.csv', 'a\n');
    await open('csv/old.csv');

    await console.page.getByRole('button', { name: 'Remove' }).click();
    const dialog = console.page.getByRole('dialog');
    await dialog.getByText('Its delete reaches').waitFor();
    expect(await dialog.innerText()).toContain(
      `npx sluice rm 's3://${pipeline.bucket}/csv/old.csv' --data-dir ${pipeline.dataDir}`,
    );
    await dialog.getByRole('button', { name: 'Remove: 1' }).click();
    await dialog.getByText('1 object removed.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await console.page.getByText('2 versions of this key').waitFor();
    await pipeline.workedOff(...CONSUMERS);
    await waitFor(
      async () => (await consumer('metadata-writer').innerText()).includes('object deleted'),
      'the delete at the consumer',
    );
    await console.page.locator('.object-facts .chip', { hasText: 'deleted' }).waitFor();
  });

  test('offers nothing that changes something where it is read-only', async () => {
    await put('csv/kept.csv', 'a\n');
    await pipeline.workedOff(...CONSUMERS);
    await using looking = await ConsoleUnderTest.start({ pipeline, browser, readOnly: true });
    await looking.open('/object?key=csv/kept.csv');
    await looking.page.getByRole('region', { name: 'metadata-writer' }).waitFor();

    expect(await looking.page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    expect(await looking.page.getByRole('button', { name: /^Send again/ }).count()).toBe(0);
    expect(await looking.page.getByRole('button', { name: 'Download' }).count()).toBe(1);
  });

  test('saves the bytes of the version that is shown', async () => {
    const key = 'csv/a b#?.csv';
    const first = await put(key, 'first\n');
    await put(key, 'second\n');
    await open(key);

    await console.page.getByText('2 versions of this key').waitFor();
    await console.page.getByRole('link', { name: first }).click();
    await consumer('metadata-writer').locator('.chip', { hasText: 'superseded' }).waitFor();
    const [download] = await Promise.all([
      console.page.waitForEvent('download'),
      console.page.getByRole('button', { name: 'Download' }).click(),
    ]);

    expect(await readFile(await download.path(), 'utf8')).toBe('first\n');
  });
});

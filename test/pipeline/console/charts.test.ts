import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const LIMIT_MS = 240_000;

/** Saves what a button gives. @returns its file */
async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

describe.skipIf(!hasBrowser)('the charts (skipped where there is no Chromium)', { timeout: LIMIT_MS }, () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;
  let page: Page;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    for (let at = 0; at < 5; at++) {
      await pipeline.s3.send(
        new PutObjectCommand({ Bucket: pipeline.bucket, Key: `csv/${at}.csv`, Body: 'a\n1\n2\n' }),
      );
    }
    await pipeline.workedOff('metadata-writer', 'csv-row-counter', 'ledger-exporter');
    console = await ConsoleUnderTest.start({ pipeline, browser });
    page = console.page;
    page.setDefaultTimeout(LIMIT_MS / 2);
    await console.open('/charts?window=5m');
  }, LIMIT_MS);
  afterAll(async () => {
    try {
      await console?.[Symbol.asyncDispose]();
    } finally {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    }
  });

  const chart = (name: string) => page.getByRole('slider', { name: `${name}: the time that is read` });

  test('are drawn of what was measured, and come by themselves', async () => {
    await chart('Events done with').waitFor();
    await chart('Rows counted').waitFor();

    const drawn = await chart('Events done with').locator('svg').screenshot();
    const { channels } = await sharp(drawn).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(1);
  });

  test('are read at one time by keyboard, all of them in one table', async () => {
    await chart('Events done with').focus();
    await page.keyboard.press('Home');
    const first = await page
      .getByRole('region', { name: 'Values', exact: true })
      .getByRole('heading')
      .textContent();
    await page.keyboard.press('ArrowRight');

    const heading = page.getByRole('region', { name: 'Values', exact: true }).getByRole('heading');
    expect(await heading.textContent()).not.toBe(first);
    expect(await heading.textContent()).not.toContain('the latest');
    expect(await chart('Waiting in the queue').getAttribute('aria-valuenow')).toBe(
      await chart('Events done with').getAttribute('aria-valuenow'),
    );
    await page.keyboard.press('Escape');
    await page.getByText('the latest').waitFor();
  });

  test('are chosen and laid out by the address, which follows what is chosen', async () => {
    await page.getByRole('combobox', { name: 'Charts', exact: true }).selectOption('consumer');
    await page.getByRole('heading', { name: 'ledger-exporter' }).waitFor();
    await page.getByRole('checkbox', { name: 'ledger-exporter' }).uncheck();

    await page.getByRole('heading', { name: 'ledger-exporter' }).waitFor({ state: 'detached' });
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('by')).toBe('consumer');
    expect(searchParams.getAll('consumer')).toEqual(['metadata-writer', 'csv-row-counter']);
    await page.getByRole('combobox', { name: 'Charts', exact: true }).selectOption('quantity');
  });

  test('are saved as a CSV of the consumers that are shown, with all that was done', async () => {
    const { name, bytes } = await saved(page, 'CSV');

    const lines = parse(bytes, { columns: true }) as Record<string, string>[];
    expect(name).toBe('sluice-metrics.csv');
    expect(new Set(lines.map(({ consumer }) => consumer))).toEqual(
      new Set(['metadata-writer', 'csv-row-counter']),
    );
    const rows = lines.filter(({ consumer }) => consumer === 'csv-row-counter');
    expect(rows.reduce((sum, { RowsCounted }) => sum + Number(RowsCounted), 0)).toBe(15);
    expect(rows.filter(({ events }) => events === '').length).toBeGreaterThan(0);
  });

  test('are saved as a picture with title and legend', async () => {
    const { name, bytes } = await saved(page, 'PNG: save Events done with as a picture');

    const { format, width, height } = await sharp(bytes).metadata();
    const drawing = await chart('Events done with').locator('svg').boundingBox();
    expect({ name, format }).toEqual({ name: 'Events-done-with.png', format: 'png' });
    expect(width).toBeGreaterThan(drawing!.width);
    expect(height).toBeGreaterThan(drawing!.height + 60);
  });

  test('fit a page that becomes narrow, and refuse a window that nobody has', async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    const chartWidth = (): Promise<number> =>
      page.evaluate('document.querySelector(".chart-plot svg").clientWidth');
    await expect.poll(chartWidth, { timeout: 30_000 }).toBeLessThan(340);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);

    await console.open('/charts?window=1m');
    await page.getByRole('alert').getByText('the window is 60 s long').waitFor();
  });
});

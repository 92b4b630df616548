import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.skipIf(!hasBrowser)('the page of the archive (skipped where there is no Chromium)', () => {
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

  test('replays what is brushed, and finds the replay again', async () => {
    const { page } = console;
    for (const key of ['a.txt', 'b.txt', 'c.txt']) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: key, Body: key }));
    }
    await pipeline.workedOff('metadata-writer', 'ledger-exporter');
    const before = await pipeline.ledgerLines();
    await console.open('/archive');

    const plot = page.getByRole('img', { name: /^3 events from/ });
    const { x, y, width } = (await plot.boundingBox())!;
    await page.mouse.move(x + 2, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 60);
    await page.mouse.move(x + width - 2, y + 60);
    await page.mouse.up();
    await page.waitForURL(/since=.*until=|until=.*since=/);
    const brushed = new URL(page.url()).searchParams;
    expect(Date.parse(brushed.get('since')!)).toBeLessThan(Date.parse(brushed.get('until')!));

    for (const name of ['metadata-writer', 'csv-row-counter']) await page.getByLabel(name).uncheck();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('brushed');
    await dialog.getByRole('button', { name: 'Replay: 3' }).click();
    await dialog.getByText('The replay has started').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const panel = page.getByRole('region', { name: 'Replay brushed' });
    await panel.getByText('completed').waitFor();

    await waitFor(
      async () => (await pipeline.ledgerLines()).length === before.length + 3,
      'the replayed lines of the ledger',
    );
    const replayed = (await pipeline.ledgerLines()).filter((line) => line['replay_name'] === 'brushed');
    expect(replayed.map((line) => String(line['object_key'])).toSorted()).toEqual([
      'a.txt',
      'b.txt',
      'c.txt',
    ]);

    await console.open('/archive');
    await page.getByRole('link', { name: 'brushed' }).click();
    await panel.getByText('completed').waitFor();
  });

  test('is brushed by the keyboard, and takes times as the command line does', async () => {
    const { page } = console;
    await console.open('/archive');
    await page.getByRole('slider', { name: 'Begin of the chosen time' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/since=/);
    const moved = new URL(page.url()).searchParams;

    await page.getByLabel('Since').fill('yesterday');
    await page.getByLabel('Since').press('Enter');
    await page.getByText('--since "yesterday" is no time').waitFor();
    await page.getByLabel('Since').fill('2026-01-01');
    await page.getByLabel('Since').press('Enter');
    await page.waitForURL(/since=2026-01-01/);
    const typed = new URL(page.url()).searchParams;

    expect(typed.get('since')).toBe('2026-01-01T00:00:00Z');
    expect(typed.get('until')).toBe(moved.get('until'));
  });
});

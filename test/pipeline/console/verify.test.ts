import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.skipIf(!hasBrowser)('the page of verify (skipped where there is no Chromium)', () => {
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

  const keysOfRows = async (): Promise<readonly string[]> =>
    (await pipeline.metadataRows()).map((row) => String(row['object_key'])).toSorted();

  test('finds what differs, and repairs what is chosen and nothing else', async () => {
    const { page } = console;
    const keys = ['a.txt', 'b\u202e.txt', 'c.txt'];
    for (const Key of keys) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: Key }));
    }
    await pipeline.workedOff('metadata-writer');
    for (const object_key of keys) {
      await pipeline.tables.send(
        new DeleteCommand({
          TableName: pipeline.output('UploadMetadataTableName'),
          Key: { bucket: pipeline.bucket, object_key },
        }),
      );
    }
    // what is younger is not judged
    await pipeline.advance(10_000);
    await console.open('/verify');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('3 findings').waitFor();

    await page.getByRole('checkbox', { name: String.raw`Choose b\u202e.txt of metadata-writer` }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Repair 1 chosen' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Repair 1 chosen: 1' }).click();
    await dialog.getByText('1 repair sent.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await waitFor(async () => (await keysOfRows()).length > 0, 'the repaired row');
    await pipeline.workedOff('metadata-writer');

    expect(await keysOfRows()).toEqual(['b\u202e.txt']);

    await page.getByRole('button', { name: 'Repair all that are missing' }).click();
    await dialog.getByRole('button', { name: 'Repair all: 2' }).click();
    await dialog.getByText('2 repairs sent.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await waitFor(async () => (await keysOfRows()).length === keys.length, 'all rows');
    await pipeline.workedOff('metadata-writer');
    await page.getByRole('button', { name: 'Verify again' }).first().click();
    await page.getByText('Bucket and tables agree.').waitFor();

    expect(await keysOfRows()).toEqual(keys.toSorted());
  });
});

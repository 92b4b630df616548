import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly } from '../../support/assembly.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { withoutAction } from '../../support/fault-switch.ts';
import {
  accessibilityViolations,
  goTo,
  overlappingTexts,
  scrollsSideways,
  settled,
} from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const LIMIT_MS = 240_000;
const KEY = 'csv/orders with a long name, as people give them to their files 2026-11-20.csv';
const OBJECT = `/object?${new URLSearchParams({ key: KEY }).toString()}`;
const REPLAY = '/archive?since=2026-01-01T00:00:00Z&until=2036-01-01T00:00:00Z';
const FLOW = '/flow?part=function:csv-row-counter';

/** Page, and the button that opens the dialog. */
const ACTIONS = [
  ['/letters', 'Redrive all letters'],
  ['/letters', 'Purge all letters'],
  [OBJECT, 'Remove'],
  [OBJECT, 'Send again to metadata-writer'],
  [REPLAY, 'Replay'],
  [FLOW, 'Pause csv-row-counter'],
  ['/verify', 'Repair all that are missing'],
] as const;

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((one) => one.contains(one.ownerDocument.activeElement));

describe.skipIf(!hasBrowser)(
  'every dialog (skipped where there is no Chromium)',
  { timeout: LIMIT_MS },
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let console: ConsoleUnderTest;
    let page: Page;
    let dialog: Locator;

    beforeAll(async () => {
      const assemblyDir = alteredAssembly((template) =>
        withoutAction(template, 'CsvRowCounter', 's3:GetObjectVersion'),
      );
      [pipeline, browser] = await Promise.all([PipelineUnderTest.start({ assemblyDir }), launchBrowser()]);
      const { s3, tables, bucket } = pipeline;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body: 'id,amount\n1,5\n' }));
      await pipeline.drain();
      await tables.send(
        new DeleteCommand({
          TableName: pipeline.output('UploadMetadataTableName'),
          Key: { bucket, object_key: KEY },
        }),
      );
      // what is younger verify does not judge
      await pipeline.advance(10_000);
      console = await ConsoleUnderTest.start({ pipeline, browser });
      page = console.page;
      dialog = page.getByRole('dialog');
    }, LIMIT_MS);
    afterAll(async () => {
      try {
        await console?.[Symbol.asyncDispose]();
      } finally {
        await browser?.close();
        await pipeline?.[Symbol.asyncDispose]();
      }
    });

    async function openerOf(address: string, name: string): Promise<Locator> {
      await goTo(page, address);
      if (address === '/verify') {
        // what was compared before stays shown
        await page
          .getByRole('button', { name: /^Verify( again)?$/ })
          .first()
          .click();
        await page.getByText('finding', { exact: false }).first().waitFor();
      }
      return page.locator('main').getByRole('button', { name, exact: true });
    }

    const DIALOGS: readonly (readonly [name: string, open: () => Promise<void>])[] = [
      ...ACTIONS.map(
        ([address, name]) =>
          [name, async () => await (await openerOf(address, name)).press('Enter')] as const,
      ),
      [
        'of an upload',
        async () => {
          await goTo(page, '/objects');
          await page
            .getByLabel('Upload files')
            .last()
            .setInputFiles([
              { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('id\n1\n') },
              { name: `${'x'.repeat(1_025)}.csv`, mimeType: 'text/csv', buffer: Buffer.from('id\n') },
            ]);
          await dialog.getByText('csv-row-counter').first().waitFor();
        },
      ],
      [
        'of the keys',
        async () => {
          await goTo(page, '/flow');
          await page.keyboard.press('?');
        },
      ],
    ];

    test.each(DIALOGS)('%s has no violation that axe-core finds, and fits its window', async (_, open) => {
      const found: string[] = [];
      for (const width of [360, 800, 1_600]) {
        await page.setViewportSize({ width, height: 900 });
        await open();
        await dialog.waitFor();
        await settled(page);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const violations = await accessibilityViolations(page);
          found.push(...violations.map((one) => `${width} ${colorScheme}: ${one}`));
        }
        const sideways = await scrollsSideways(page);
        if (sideways > 0) found.push(`${width}: ${sideways} pixels too wide`);
        const box = await dialog.evaluate((one) => one.scrollWidth - one.clientWidth);
        if (box > 0) found.push(`${width}: the dialog is ${box} pixels too wide`);
        for (const pair of await overlappingTexts(page)) found.push(`${width}: ${pair}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
      }

      expect(found).toEqual([]);
    });

    test.each(ACTIONS)('of %s keeps the focus when %j opens it, and gives it back', async (address, name) => {
      await page.setViewportSize({ width: 1_280, height: 900 });
      const opener = await openerOf(address, name);

      for (const closing of ['Escape', 'Cancel']) {
        await opener.press('Enter');
        await dialog.waitFor();
        await settled(page);
        expect(await hasFocus(dialog)).toBe(true);
        for (let tab = 0; tab < 12; tab++) {
          await page.keyboard.press('Tab');
          // between its last element and its first one the focus is at the browser's own
          expect(await page.evaluate(`document.activeElement.matches('dialog, dialog *, body')`)).toBe(true);
        }
        if (closing === 'Escape') await page.keyboard.press('Escape');
        else await dialog.getByRole('button', { name: 'Cancel' }).click();
        await dialog.waitFor({ state: 'detached' });

        expect(await hasFocus(opener), `the opener, after ${closing}`).toBe(true);
      }
    });

    test('stays until what it does has ended', async () => {
      const answered = Promise.withResolvers<void>();
      await page.route('**/api/verb', async (route) => {
        const { args } = route.request().postDataJSON() as { args: string[] };
        if (args.includes('purge') && !args.includes('--dry-run')) await answered.promise;
        await route.continue();
      });
      await (await openerOf('/letters', 'Purge all letters')).press('Enter');
      await dialog.getByRole('textbox').fill('1');
      await dialog.getByRole('button', { name: ': 1' }).click();
      await dialog.getByText('Working …').waitFor();
      for (let time = 0; time < 3; time++) await page.keyboard.press('Escape');
      await page.mouse.click(3, 3);
      answered.resolve();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.unrouteAll({ behavior: 'wait' });

      expect(await dialog.count()).toBe(0);
    });
  },
);

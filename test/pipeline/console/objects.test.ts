import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const CONSUMERS = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];
const WIDE = { viewport: { width: 1_400, height: 900 } };

/** Drops files onto the window, as a file manager does. */
async function drop(page: Page, files: readonly (readonly [name: string, text: string])[]): Promise<void> {
  // a text, since the tests have no types of a browser
  const transfer = await page.evaluateHandle(`(() => {
    const made = new DataTransfer();
    for (const [name, text] of ${JSON.stringify(files)}) made.items.add(new File([text], name));
    return made;
  })()`);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('main', type, { dataTransfer: transfer });
  }
}

describe.skipIf(!hasBrowser)('the page of objects (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;
  let page: Page;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    console = await ConsoleUnderTest.start({ pipeline, browser, context: WIDE });
    page = console.page;
  });
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]();
    await browser?.close();
    await pipeline?.[Symbol.asyncDispose]();
  });

  async function put(key: string, body = 'a\n1\n'): Promise<void> {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: key, Body: body }));
  }

  const rows = (): Locator => page.getByRole('list', { name: 'Objects' }).getByRole('listitem');
  const row = (key: string): Locator =>
    rows().filter({ has: page.locator(`[title=${JSON.stringify(key)}]`) });
  const keys = async (): Promise<(string | null)[]> =>
    await rows()
      .locator('.key-line')
      .evaluateAll((all) => all.map((one) => one.getAttribute('title')));

  test('says what to do while the bucket is empty, and shows what comes by itself, with what becomes of it', async () => {
    await console.open('/objects');
    await page.getByText('The bucket is empty').waitFor();

    await put('csv/first.csv');
    await put('csv/bad.csv', 'a\n"1\n');
    await put('img/cat.png');

    await row('csv/first.csv').locator('.chip', { hasText: 'recorded' }).nth(2).waitFor();
    await row('csv/bad.csv').locator('.chip', { hasText: 'not counted' }).waitFor();
    await row('img/cat.png').locator('.chip', { hasText: 'not matched' }).waitFor();
    await waitFor(
      async () => (await row('img/cat.png').locator('.chip', { hasText: 'recorded' }).count()) === 2,
      'the other two consumers to have recorded it',
    );
    expect(await keys()).toEqual(['img/cat.png', 'csv/bad.csv', 'csv/first.csv']);
  });

  test('finds what begins with a prefix, in the order of keys, with the prefix in the address', async () => {
    await console.open('/objects');
    await row('img/cat.png').waitFor();
    await page.getByRole('searchbox').fill('csv/');
    await page.waitForURL('**/objects?prefix=csv%2F');
    await row('img/cat.png').waitFor({ state: 'detached' });
    await row('csv/bad.csv').waitFor();

    expect(await keys()).toEqual(['csv/bad.csv', 'csv/first.csv']);

    await page.getByRole('button', { name: 'Newest first' }).click();
    await page.waitForURL('**/objects?prefix=csv%2F&order=newest');
    await waitFor(
      async () => JSON.stringify(await keys()) === JSON.stringify(['csv/bad.csv', 'csv/first.csv']),
      'the newest first',
    );

    await page.getByRole('searchbox').fill('nothing/');
    await page.getByText('Nothing begins like that').waitFor();
  });

  test.each([
    '__proto__',
    '-',
    '--limit=1',
    'csv/a b+%2F#?&=é.csv',
    'csv/<img src=x onerror=alert(1)>.csv',
    'csv/\u202egnp.csv',
    `csv/${'x'.repeat(1_020)}`,
  ])('lists the key %j as text, finds it by its prefix, and leads to its page', async (key) => {
    await put(key);
    await console.open(`/objects?${new URLSearchParams({ prefix: key }).toString()}`);
    const shown = key.replaceAll('\u202e', String.raw`\u202e`);
    await row(shown).waitFor();

    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);

    await row(shown).getByRole('link').click();
    await page.waitForURL('**/object?key=*');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(shown);
  });

  test('uploads what is dropped, once it has said where to, whom that reaches and what it overwrites', async () => {
    await put('csv/taken.csv');
    await console.open('/objects?prefix=csv%2F');
    await row('csv/taken.csv').waitFor();

    await drop(page, [
      ['taken.csv', 'a\n1\n2\n'],
      ['notes.txt', 'hello'],
    ]);
    const dialog = page.getByRole('dialog');
    const file = (key: string): Locator => dialog.locator('.reach > li', { hasText: key });
    await file('csv/taken.csv').locator('.chip', { hasText: 'overwrites' }).waitFor();
    await file('csv/taken.csv').locator('.chip', { hasText: 'csv-row-counter' }).waitFor();

    expect(await dialog.innerText()).toContain('1 object will be overwritten.');
    expect(await file('csv/notes.txt').innerText()).toMatch(/metadata-writer[^]*csv-row-counter skips it/);

    await dialog.getByLabel('Below the prefix').fill('other/');
    await file('other/taken.csv').locator('.chip', { hasText: 'metadata-writer' }).waitFor();
    expect(await file('other/taken.csv').innerText()).not.toContain('csv-row-counter');

    await dialog.getByLabel('Below the prefix').fill('csv/');
    await file('csv/taken.csv').locator('.chip', { hasText: 'overwrites' }).waitFor();
    await dialog.getByRole('button', { name: 'Upload 2 files' }).click();

    const card = page.getByRole('region', { name: 'Uploads' });
    await card.getByText('2 of 2 files uploaded').waitFor();
    await card.locator('.upload-row', { hasText: 'taken.csv' }).getByText('3 recorded').waitFor();
    const { Body } = await pipeline.s3.send(
      new GetObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/taken.csv' }),
    );
    expect(await Body?.transformToString()).toBe('a\n1\n2\n');
    await row('csv/notes.txt').waitFor();

    await card.getByRole('button', { name: 'Close the list of uploads' }).click();
    expect(await card.count()).toBe(0);
  });

  test('names a file that cannot be uploaded, and sends the others', async () => {
    await console.open('/objects?prefix=up%2F');
    await drop(page, [
      ['x'.repeat(1_025), 'a'],
      ['a b+%23#?.csv', 'a'],
    ]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 file cannot be uploaded').waitFor();
    await dialog.getByRole('button', { name: 'Upload 1 file' }).click();
    await row('up/a b+%23#?.csv').waitFor();

    expect(await keys()).toEqual(['up/a b+%23#?.csv']);
  });

  test('pages through many, keeps their place for who comes back, and holds back what comes meanwhile', async () => {
    const many = Array.from({ length: 450 }, (_, index) => `many/${String(index).padStart(4, '0')}.txt`);
    for (let at = 0; at < many.length; at += 50) {
      await Promise.all(many.slice(at, at + 50).map((key) => put(key)));
    }
    await pipeline.workedOff(...CONSUMERS);
    await console.open('/objects?prefix=many%2F&order=newest');
    const list = page.getByRole('list', { name: 'Objects' });
    await rows().first().waitFor();
    await waitFor(
      async () => {
        await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
        return (await page.getByText('450 objects', { exact: true }).count()) === 1;
      },
      'the whole list',
      90_000,
    );
    await waitFor(async () => {
      // what came last has made the list longer
      await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      return (await keys()).includes('many/0000.txt');
    }, 'the oldest');

    await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
    await waitFor(async () => !(await keys()).includes('many/0000.txt'), 'the middle');
    const [middle] = await keys();
    await put('many/new.txt');
    await page.getByRole('button', { name: '1 new object: show' }).waitFor();
    expect(await keys()).toContain(middle);

    await row(middle!)
      .getByRole('link')
      .evaluate((link: { click(): void }) => link.click());
    await page.waitForURL('**/object?key=*');
    await page.goBack();
    await row(middle!).waitFor();

    await page.getByRole('button', { name: '1 new object: show' }).click();
    await row('many/new.txt').waitFor();
    expect((await keys())[0]).toBe('many/new.txt');
  }, 180_000);

  test('offers no upload where it is read-only', async () => {
    await using looking = await ConsoleUnderTest.start({ pipeline, browser, readOnly: true });
    await looking.open('/objects');
    await looking.page.getByRole('list', { name: 'Objects' }).waitFor();

    expect(await looking.page.getByRole('button', { name: /^Upload/ }).count()).toBe(0);
  });
});

import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { goTo, settled } from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { waitFor } from '../../support/wait-for.ts';

const KEYS = ['csv/a.csv', 'csv/b.txt', 'images/cat.png', 'images/dog.png', 'notes.txt'];
const IMAGES = '{"detail":{"object":{"key":[{"prefix":"images/"}]}}}';

interface Explained {
  readonly matched: Readonly<Record<string, number>>;
  readonly events: readonly {
    readonly key: string;
    readonly consumers: readonly { readonly verdict: string }[];
  }[];
}

describe.skipIf(!hasBrowser)('the pattern lab (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;
  let page: Page;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    console = await ConsoleUnderTest.start({
      pipeline,
      browser,
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });
    ({ page } = console);
    await console.open('/lab');
  });
  afterAll(async () => {
    try {
      await console?.[Symbol.asyncDispose]();
    } finally {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    }
  });

  const used = async () => (await page.locator('.lab-quota').innerText()).replaceAll(/\s+/g, ' ');
  const editor = () => page.getByLabel('Pattern, as JSON');
  const open = (filters: Readonly<Record<string, string>>) =>
    goTo(page, `/lab?${new URLSearchParams(filters).toString()}`);
  const verdicts = async () => {
    const rows = await page.locator('.lab-event').allInnerTexts();
    return rows.map((text) => text.split('\n')).map(([sign, , key]) => [sign, key]);
  };
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
  const shows = (text: string) => page.getByText(text).first().waitFor();

  test('tries a pattern on samples of each kind while the archive is empty', async () => {
    await open({ pattern: IMAGES });

    await shows('The archive holds no event yet');
    expect(await page.locator('.lab-event').count()).toBeGreaterThan(10);
    await shows('It matches 19 of 19 events');
  });

  test('says of the archive’s last events what sluice explain says', async () => {
    for (const Key of KEYS) {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'x' }));
    }
    await pipeline.drain();
    await page.getByLabel('Tried on').selectOption('20');
    await settled(page);
    const explained = await sluiceInside(pipeline, 'explain', '--last', '20', '--pattern', IMAGES, '--json');

    const { matched, events } = explained.json<Explained>();
    await shows(`It matches ${matched['the pattern']} of ${events.length} events`);
    expect(await verdicts()).toEqual(
      events
        .toReversed()
        .map(({ key, consumers }) => [consumers[0]?.verdict === 'not-matched' ? '✖' : '✔', key]),
    );
  });

  test('shows of a chosen event which clause failed, with the value found and what was wanted', async () => {
    await page.locator('.lab-event', { hasText: 'notes.txt' }).click();

    const chosen = page.getByLabel('The chosen event');
    await chosen.waitFor();
    expect(await chosen.locator('.clauses').innerText()).toMatch(
      /detail\.object\.key "notes\.txt" wanted prefix "images\/"/,
    );
    expect(new URL(page.url()).searchParams.get('event')).toMatch(/^[\da-f-]{36}$/);
  });

  test('wants a value of the event by a click, and no longer by another one', async () => {
    const value = page.getByRole('button', { name: '"notes.txt"', exact: true });
    await value.click();

    await shows('It matches 3 of 5 events');
    expect(JSON.parse(await editor().inputValue())).toEqual({
      detail: { object: { key: [{ prefix: 'images/' }, 'notes.txt'] } },
    });
    expect(await value.getAttribute('aria-pressed')).toBe('true');
    await value.click();
    await shows('It matches 2 of 5 events');
  });

  test('begins with the pattern of a consumer as it is deployed, and tells what would change', async () => {
    await open({ consumer: 'csv-row-counter', last: '20' });
    await shows('It matches 2 of 5 events');
    await waitFor(
      async () => (await editor().inputValue()).includes('"prefix": "csv/"'),
      'the deployed pattern',
    );
    const text = await editor().inputValue();

    expect(text).toContain('"prefix": "csv/"');
    await editor().fill(text.replace('csv/', 'images/'));
    await shows('2 that the deployed one does not, and no longer 2 that it does');
    await page.getByRole('button', { name: 'As it is deployed' }).click();
    await shows('It matches 2 of 5 events');
    await page.getByRole('button', { name: 'Copy TypeScript' }).click();
    await waitFor(async () => (await clipboard()).includes('pattern:'), 'the clipboard to hold the pattern');
    expect(await clipboard()).toBe(`  pattern: {
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: { object: { key: [{ prefix: 'csv/' }] }, $or: OF_THE_CURRENT_OBJECT },
  },
`);
  });

  test('completes names and values by the keyboard alone', async () => {
    await open({ pattern: '{}', last: '20' });
    await editor().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const take = async (typed: string) => {
      await page.keyboard.type(typed);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    };
    await take('"det');
    expect(await editor().inputValue()).toBe('{"detail-type": []}');
    await take('"Object Cr');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(', ');
    await take('"detail');
    await take('"obj');
    await take('"key');
    await take('pref');
    await take('cs');

    expect(await editor().inputValue()).toContain('"key": [{ "prefix": "csv/" }]');
    await shows('It matches 2 of 5 events');
    expect(JSON.parse(await editor().inputValue())).toEqual({
      'detail-type': ['Object Created'],
      detail: { object: { key: [{ prefix: 'csv/' }] } },
    });
  });

  test('says which clause is wrong, where, and why, in the words of the command line', async () => {
    const wrong = '{\n  "detail": { "object": { "key": [{ "prefx": "csv/" }] } }\n}';
    await editor().fill(wrong);
    const said = page.locator('[role=status].lab-mistake');
    await said.getByText('did you mean "prefix"').waitFor();

    const told = await sluiceInside(pipeline, 'explain', 'a', '--pattern', wrong);
    const message = /event pattern at .*\?/.exec(told.stderr)?.[0];
    expect(await said.innerText()).toBe(`✖ line 2, column 35: ${message}`);
    expect(await editor().getAttribute('aria-invalid')).toBe('true');
    await shows('by the last text that was a pattern');
  });

  test('keeps everything in its address', async () => {
    const pattern = '{ "detail": { "object": { "key": [{ "suffix": ".png" }] } } }';
    await editor().fill(pattern);
    await page.waitForURL((url) => url.searchParams.get('pattern') === pattern);
    await page.getByLabel('Shown').selectOption('matching');
    const address = page.url();

    await page.goto('about:blank');
    await page.goto(address);
    await shows('It matches 2 of 5 events');
    expect(await editor().inputValue()).toBe(pattern);
    expect((await verdicts()).map(([, key]) => key)).toEqual(['images/dog.png', 'images/cat.png']);
  });

  test('gives the command that makes a consumer of the pattern, and measures it', async () => {
    await open({
      pattern: '{"detail-type":["Object Created"],"detail":{"object":{"key":[{"wildcard":"a/*.x"}]}}}',
      name: 'two-words',
    });

    await shows(
      'npx sluice add consumer two-words --prefix a/ --suffix .x --created --reads nothing --keeps nothing',
    );
    const quota = /Complexity 2 of 11 Characters as a rule \d+ of 2,048 Combinations of \$or 1 of 1,000/;
    await waitFor(async () => quota.test(await used()), 'what of the quota this pattern uses');
    expect(await used()).toMatch(quota);
  });
});

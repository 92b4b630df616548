import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terminalText } from '../../../shared/terminal-text.ts';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { CONSOLE_PAGES } from '../../support/console-pages.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { busEvent } from '../../support/object-events.ts';
import { goTo, scrollsSideways, settled } from '../../support/page-checks.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const RUNS = '<img src=x onerror="globalThis.ran = true">';
const UNSEEN = ['\u202e', '\u200b', '\u0007'];
/** Its line would be turned round, and a part of it not be seen. */
const TURNED = 'csv/\u202egnp.exe\u200b\u0007.csv';
/** Keys that would run, lead astray, turn the line round, or hide something, if a page let them; each of at most 1,024 bytes. */
const KEYS: readonly string[] = [
  `csv/${RUNS}.csv`,
  'csv/javascript:globalThis.ran=true.csv',
  TURNED,
  'csv/"><script>globalThis.ran=true</script>.csv',
  `csv/${'long-'.repeat(203)}a.csv`,
];
const HEADERS = [RUNS, `=cmd|'/c calc'!A1`, '\u202eeman', 'javascript:globalThis.ran=true'];
const BODY = `"${HEADERS.map((header) => header.replaceAll('"', '""')).join('","')}"\n1,2,3,4\n`;
const ERROR = `${RUNS} \u202ein line 1: javascript:globalThis.ran=true`;

/** What each page must show of them, as they would stand in a terminal. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  '/objects': KEYS,
  '/letters': [ERROR, TURNED],
  '/lab': KEYS,
  '/verify': [TURNED],
};
const FILTERS = [
  'prefix',
  'key',
  'version',
  'consumer',
  'kind',
  'reason',
  'letter',
  'class',
  'part',
  'order',
].concat(['since', 'until', 'from', 'to', 'replay', 'pattern', 'last', 'window', 'by']);

const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });

describe.skipIf(!hasBrowser)('hostile texts and pages (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;
  let elsewhere: Server;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    const { bucket: Bucket } = pipeline;
    for (const Key of KEYS) await pipeline.s3.send(new PutObjectCommand({ Bucket, Key, Body: BODY }));
    // old enough for verify to judge them
    await pipeline.advance(3_600_000);
    await pipeline.drain();
    await pipeline.tables.send(
      new DeleteCommand({
        TableName: pipeline.output('UploadMetadataTableName'),
        Key: { bucket: Bucket, object_key: TURNED },
      }),
    );
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('CsvRowCounterDeadLetterQueueUrl'),
        MessageBody: JSON.stringify(busEvent({ bucket: Bucket, key: TURNED })),
        MessageAttributes: {
          Reason: attribute('malformed-csv'),
          ErrorName: attribute(RUNS),
          ErrorMessage: attribute(ERROR),
        },
      }),
    );
    console = await ConsoleUnderTest.start({ pipeline, browser });
    elsewhere = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>elsewhere</title>');
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
  });
  afterAll(async () => {
    elsewhere?.close();
    try {
      await console?.[Symbol.asyncDispose]();
    } finally {
      await browser?.close();
      await pipeline?.[Symbol.asyncDispose]();
    }
  });

  const address = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  const keys = async () => {
    const { Contents = [] } = await pipeline.s3.send(new ListObjectsV2Command({ Bucket: pipeline.bucket }));
    return Contents.map(({ Key = '' }) => Key).toSorted();
  };

  /** The text of the page, after it was seen to hold nothing else. */
  async function harmlessText(): Promise<string> {
    const { page } = console;
    const shown = await page.evaluate<string>(`document.body.textContent`);
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(await page.locator('img, main script, iframe, [href^="javascript:" i]').count()).toBe(0);
    for (const unseen of UNSEEN) expect(shown).not.toContain(unseen);
    expect(await scrollsSideways(page)).toBe(0);
    expect(console.troubles).toEqual([]);
    return shown;
  }

  test.each(CONSOLE_PAGES.filter(({ path }) => path !== '/object'))(
    'are shown on $path as the texts that they are',
    async ({ path }) => {
      await goTo(console.page, path);
      if (path === '/verify') {
        await console.page.getByRole('button', { name: 'Verify', exact: true }).click();
        await console.page.getByText('finding', { exact: false }).first().waitFor();
        await settled(console.page);
      }
      const shown = await harmlessText();

      for (const text of SHOWN[path] ?? []) expect(shown).toContain(terminalText(text));
    },
  );

  test.each(KEYS)('are the heading of the object %j, and its columns', async (key) => {
    await goTo(console.page, `/object?key=${encodeURIComponent(key)}`);
    const columns = console.page.getByRole('list', { name: 'Columns' });
    await columns.waitFor();
    for (const more of await console.page.locator('main summary').all()) await more.click();

    await harmlessText();
    expect(await console.page.getByRole('heading', { level: 1 }).innerText()).toBe(terminalText(key));
    expect(await columns.locator('li').allTextContents()).toEqual(HEADERS.map(terminalText));
  });

  test('are read in one letter whole', async () => {
    await goTo(console.page, '/letters');
    await console.page.locator('.letter-row').first().click();
    await console.page.getByLabel('Event', { exact: true }).waitFor();
    const shown = await harmlessText();

    expect(shown).toContain(terminalText(TURNED));
    expect(shown).toContain(RUNS);
  });

  test.each(CONSOLE_PAGES)('are no more than texts in the address of $path', async ({ path }) => {
    // the server refuses to hand it on as the value of a flag, and the browser says so
    console.mean(/the server responded with a status of 403/);
    const hostile = `${RUNS}\u202e`;
    await goTo(
      console.page,
      `${path}?${new URLSearchParams(FILTERS.map((name): [string, string] => [name, hostile])).toString()}`,
    );

    expect(await harmlessText()).toContain('this machine');
  });

  describe('of another origin', () => {
    test('read nothing and change nothing, with the right token too', async () => {
      const before = await keys();
      await using page = await browser.newPage();
      await page.goto(address());
      const { origin, token } = console;
      const read = await page.evaluate(
        async ({ origin, token, key }) => {
          const headers = { 'content-type': 'application/json', 'x-sluice-token': token };
          const remove = JSON.stringify({ args: ['rm', key] });
          const attempts: readonly [string, RequestInit][] = [
            [`${origin}/`, {}],
            [`${origin}/page.js`, {}],
            [`${origin}/api/session`, { method: 'POST', headers, body: '{}' }],
            [`${origin}/api/verb`, { method: 'POST', headers, body: remove }],
            [`${origin}/api/verb`, { method: 'POST', mode: 'no-cors', body: remove }],
            [`${origin}/api/upload?key=evil`, { method: 'POST', headers, body: 'x' }],
            [`${origin}/api/upload?key=evil`, { method: 'POST', mode: 'no-cors', body: 'x' }],
            [`${origin}/api/verb?args=status`, {}],
          ];
          return await Promise.all(
            attempts.map(async ([url, init]) => {
              try {
                const answer = await fetch(url, init);
                return answer.type === 'opaque' ? 'nothing' : await answer.text();
              } catch {
                return 'nothing';
              }
            }),
          );
        },
        { origin, token, key: KEYS[1]! },
      );

      expect(read).toEqual(read.map(() => 'nothing'));
      expect(await keys()).toEqual(before);
    });

    test('hold the console in no frame', async () => {
      await using page = await browser.newPage();
      await page.goto(address());
      const framed = await page.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.src = ${JSON.stringify(`${console.origin}/#token=${console.token}`)};
        frame.onload = () => resolve(frame.contentDocument === null ? 'nothing' : 'read');
        document.body.append(frame);
      })`);
      const [, frame] = page.frames();

      expect(framed).toBe('nothing');
      expect(frame?.url()).not.toContain(console.origin);
      expect(await frame?.evaluate(`document.querySelectorAll('#page').length`)).toBe(0);
    });

    test('are refused where they lead a reader to what would do something', async () => {
      const before = await keys();
      await using page = await browser.newPage();
      const read = await page.goto(`${console.origin}/api/verb?args=rm`);
      await page.goto(address());
      // text/plain lets a form send what reads as JSON
      const [posted] = await Promise.all([
        page.waitForNavigation(),
        page.evaluate(`(() => {
          const form = document.createElement('form');
          form.method = 'post';
          form.enctype = 'text/plain';
          form.action = ${JSON.stringify(`${console.origin}/api/verb`)};
          const field = document.createElement('input');
          field.name = ${JSON.stringify(`{"args":["rm",${JSON.stringify(KEYS[1])}],"x":"`)};
          field.value = '"}';
          form.append(field);
          document.body.append(form);
          form.submit();
        })()`),
      ]);

      expect(read?.status()).toBe(405);
      expect(posted?.status()).toBe(403);
      expect(await keys()).toEqual(before);
    });
  });
});

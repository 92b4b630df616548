import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../support/browser.ts';
import { listeningSocketsOf } from '../support/listening-sockets.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

/** As a page would make it up: any key is somebody here. Of now, so that nothing is refused for being too old. */
const NOW = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
const SCOPE = `evil/${NOW.slice(0, 8)}/us-east-1`;
const PRESIGNED = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${SCOPE}/s3/aws4_request&X-Amz-Date=${NOW}&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;

/** What a page sends, and how: a mode of `no-cors` asks nobody for leave, and shows the page nothing. */
interface Attempt {
  readonly url: string;
  readonly init: {
    readonly method?: string;
    readonly mode?: 'no-cors';
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
}

const target = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': NOW,
  authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
});

/** Everything that a page might try at a port. */
function attemptsAt(port: number, bucket: string, table: string): Attempt[] {
  const base = `http://127.0.0.1:${port}`;
  const calls = [
    ['ListTables', {}],
    ['Scan', { TableName: table }],
    ['PutItem', { TableName: table, Item: { bucket: { S: 'evil' }, object_key: { S: 'evil' } } }],
  ] as const;
  return [
    ...calls.map(([operation, input]) => ({
      url: base,
      init: {
        method: 'POST',
        headers: target(operation),
        body: JSON.stringify(input),
      },
    })),
    { url: `${base}/${bucket}?list-type=2&${PRESIGNED}`, init: {} },
    { url: `${base}/${bucket}/evil?${PRESIGNED}`, init: { method: 'PUT', body: 'x' } },
    {
      url: `${base}/${bucket}?delete&${PRESIGNED}`,
      init: { method: 'POST', mode: 'no-cors', body: '<Delete/>' },
    },
    { url: `${base}/_sluice/status`, init: {} },
    { url: `${base}/_sluice/clock`, init: { method: 'POST', mode: 'no-cors', body: '{"advanceMs":1}' } },
    { url: `${base}/2018-06-01/runtime/invocation/next`, init: {} },
    { url: `${base}/2018-06-01/runtime/init/error`, init: { method: 'POST', mode: 'no-cors', body: '{}' } },
  ];
}

/** What the page gets to read of each attempt: a status and a text, or nothing. */
const tryAll = (page: Page, attempts: readonly Attempt[]) =>
  page.evaluate(
    async (all) =>
      await Promise.all(
        all.map(async ({ url, init }) => {
          try {
            const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) });
            // one of the mode no-cors is opaque: its status is 0
            return answer.type === 'opaque' ? 'nothing' : `${answer.status} ${await answer.text()}`;
          } catch {
            return 'nothing';
          }
        }),
      ),
    attempts,
  );

describe.skipIf(!hasBrowser || process.platform !== 'linux')(
  'a page in a real browser (skipped where there is no Chromium)',
  () => {
    let pipeline: PipelineUnderTest;
    let browser: Browser;
    let elsewhere: Server;

    beforeAll(async () => {
      pipeline = await PipelineUnderTest.start();
      browser = await launchBrowser(['--host-resolver-rules=MAP evil.test 127.0.0.1']);
      elsewhere = createServer((_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title>elsewhere</title>');
      });
      elsewhere.listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
    });

    afterAll(async () => {
      await browser?.close();
      elsewhere?.close();
      await pipeline?.[Symbol.asyncDispose]();
    });

    const keys = async () => {
      const { Contents = [] } = await pipeline.s3.send(new ListObjectsV2Command({ Bucket: pipeline.bucket }));
      return Contents.map(({ Key }) => Key);
    };

    test('of another origin reads and changes nothing at any port of the pipeline', async () => {
      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'kept.txt', Body: 'x' }));
      await pipeline.drain();
      const ports = new Set(
        listeningSocketsOf(pipeline.pid)
          .filter(({ kind }) => kind !== 'unix')
          .map(({ address }) => Number(address.slice(address.lastIndexOf(':') + 1))),
      );
      const attempts = [...ports].flatMap((port) =>
        attemptsAt(port, pipeline.bucket, pipeline.output('UploadMetadataTableName')),
      );
      const before = [await keys(), await pipeline.metadataRows()];
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);

      const read = await tryAll(page, attempts);
      await page.close();

      expect(ports.size).toBeGreaterThan(1);
      expect(read).toEqual(attempts.map(() => 'nothing'));
      expect([await keys(), await pipeline.metadataRows()]).toEqual(before);
    }, 120_000);

    test('whose host only resolves to this machine is refused', async () => {
      const { port } = new URL(pipeline.endpoint);
      const page = await browser.newPage();

      const answer = await page.goto(`http://evil.test:${port}/_sluice/status`);
      const read = await tryAll(page, [
        { url: `http://evil.test:${port}/_sluice/status`, init: {} },
        { url: `http://evil.test:${port}/${pipeline.bucket}?list-type=2&${PRESIGNED}`, init: {} },
      ]);
      await page.close();

      expect(answer?.status()).toBe(403);
      // the refusal is no page either: what it holds may ask for nothing
      expect(read).toEqual(['nothing', 'nothing']);
    }, 60_000);

    test('that was uploaded is a download, and never a script of the gateway', async () => {
      const script = `<script>document.title = 'ran'; fetch('/_sluice/status').then(() => { document.title = 'read'; });</script>`;
      await pipeline.s3.send(
        new PutObjectCommand({
          Bucket: pipeline.bucket,
          Key: 'page.html',
          Body: script,
          ContentType: 'text/html',
        }),
      );
      const url = `${pipeline.endpoint}/${pipeline.bucket}/page.html?response-content-type=text%2Fhtml&${PRESIGNED}`;
      const page = await browser.newPage();

      const download = page.waitForEvent('download');
      // a navigation that turns into a download has no page to arrive at
      const opened = await page.goto(url).then(
        () => 'a page',
        (error: Error) => error.message,
      );
      const title = await page.title();

      expect(opened).toContain('Download is starting');
      expect((await download).suggestedFilename()).toBe('page.html');
      expect(title).toBe('');
      await page.close();
    }, 60_000);
  },
);

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { hasBrowser, launchBrowser } from '../support/browser.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const CONTENT = 'id,name\n1,a\n';

/** A site of its own origin, whose one page is empty. */
async function startSite(): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>a site</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

type Site = Awaited<ReturnType<typeof startSite>>;

/** What somebody has signed for the page. */
interface Signed {
  readonly put: string;
  readonly get: string;
  readonly form: { readonly url: string; readonly fields: Record<string, string> };
}

describe.skipIf(!hasBrowser)('a page in a real browser, with what somebody has signed for it', () => {
  let named: Site;
  let other: Site;
  let pipeline: PipelineUnderTest;
  let browser: Browser;

  beforeAll(async () => {
    [named, other] = [await startSite(), await startSite()];
    const assemblyDir = alteredAssembly((template) => {
      for (const [, { Properties }] of resourcesOf(template, 'AWS::S3::Bucket', 'Ingest')) {
        Properties['CorsConfiguration'] = {
          CorsRules: [
            {
              AllowedOrigins: [named.origin],
              AllowedMethods: ['GET', 'PUT', 'POST'],
              AllowedHeaders: ['*'],
              ExposedHeaders: ['ETag'],
            },
          ],
        };
      }
    });
    pipeline = await PipelineUnderTest.start({ assemblyDir });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await pipeline?.[Symbol.asyncDispose]();
    named?.server.close();
    other?.server.close();
  });

  async function sign(folder: string): Promise<Signed> {
    const { s3, bucket: Bucket } = pipeline;
    const put = { Bucket, Key: `csv/${folder}/put.csv`, ContentType: 'text/csv' };
    return {
      put: await getSignedUrl(s3, new PutObjectCommand(put)),
      get: await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: put.Key })),
      form: await createPresignedPost(s3, { Bucket, Key: `csv/${folder}/\${filename}` }),
    };
  }

  /** Puts, gets and posts from a page of the site. @returns what the page could read of each answer */
  async function useFrom({ origin }: Site, signed: Signed) {
    const page = await browser.newPage();
    await page.goto(`${origin}/`);
    const read = await page.evaluate(
      async ({ put, get, form, content }) => {
        const body = new FormData();
        for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
        body.append('file', new File([content], 'posted.csv'));
        const requests: [string, RequestInit][] = [
          [put, { method: 'PUT', body: content, headers: { 'content-type': 'text/csv' } }],
          [get, {}],
          [form.url, { method: 'POST', body }],
        ];
        const answers: ({ status: number; hasEtag: boolean; text: string } | 'nothing')[] = [];
        for (const [url, init] of requests) {
          try {
            const answer = await fetch(url, init);
            const text = await answer.text();
            answers.push({ status: answer.status, hasEtag: answer.headers.has('etag'), text });
          } catch {
            answers.push('nothing');
          }
        }
        return answers;
      },
      { ...signed, content: CONTENT },
    );
    await page.close();
    return read;
  }

  const told = async (folder: string) => {
    await pipeline.drain();
    const lines = await pipeline.ledgerLines();
    return lines
      .filter(({ object_key: key }) => String(key).startsWith(`csv/${folder}/`))
      .map(({ object_key: key, reason }) => [String(key), String(reason)])
      .toSorted(([a = ''], [b = '']) => a.localeCompare(b));
  };

  test('uploads and reads from an origin that the bucket names, and the pipeline hears of it once', async () => {
    const read = await useFrom(named, await sign('named'));

    expect(read).toEqual([
      { status: 200, hasEtag: true, text: '' },
      { status: 200, hasEtag: true, text: CONTENT },
      { status: 204, hasEtag: true, text: '' },
    ]);
    expect(await told('named')).toEqual([
      ['csv/named/posted.csv', 'POST Object'],
      ['csv/named/put.csv', 'PutObject'],
    ]);
    const counted = await pipeline.counterRows();
    expect(counted.map(({ row_count: rows }) => rows)).toEqual([2, 2]);
  }, 120_000);

  test('reads and changes nothing from another origin, with the very same', async () => {
    const read = await useFrom(other, await sign('other'));

    expect(read).toEqual(['nothing', 'nothing', 'nothing']);
    expect(await told('other')).toEqual([]);
  }, 120_000);
});

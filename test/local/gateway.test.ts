import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gateway, type Service } from '../../local/gateway.ts';

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=key/20261120/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=0';
const signedFor = (service: string) => ({ authorization: SIGNED.replace('SERVICE', service) });

const echo: Service = {
  handle: async ({ path, query, hostname, method, response }) => {
    response.end(JSON.stringify({ path, query: [...query], hostname, method }));
  },
};

describe('the gateway', () => {
  let gateway: Gateway;
  let port: number;
  let isReady = true;

  beforeAll(async () => {
    const broken: Service = { handle: () => Promise.reject(new Error('broken inside')) };
    gateway = new Gateway({
      targets: { AmazonSQS: echo },
      services: { s3: echo, lambda: broken },
      principalOf: () => ({ kind: 'operator' }),
      isReady: () => isReady,
    });
    port = await gateway.listen(0);
  });

  afterAll(() => gateway.close());

  const send = async (path: string, headers: Record<string, string>, host = `127.0.0.1:${port}`) =>
    await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port, path, headers: { ...headers, host } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      outgoing.on('error', reject).end();
    });

  test('passes the raw path on, so that a/../b stays a key', async () => {
    const { text } = await send('/bucket/a/../b%2F%20?list-type=2', signedFor('s3'));

    expect(JSON.parse(text)).toMatchObject({ path: '/bucket/a/../b%2F%20', query: [['list-type', '2']] });
  });

  test.each(['localhost', '[::1]', 'my-bucket.localhost'])('answers to the host %s', async (name) => {
    const { status, text } = await send('/', signedFor('s3'), `${name}:${port}`);

    expect([status, (JSON.parse(text) as { hostname: string }).hostname]).toEqual([200, name]);
  });

  test('knows a caller by a presigned URL too', async () => {
    const { status } = await send('/b/k?X-Amz-Credential=key%2F20261120%2Fus-east-1%2Fs3%2Faws4_request', {});

    expect(status).toBe(200);
  });

  test.each<
    [what: string, headers: Record<string, string>, host: string | undefined, status: number, said: RegExp]
  >([
    ['another host, as after DNS rebinding', signedFor('s3'), 'evil.example:PORT', 403, /evil\.example/],
    ['another port', signedFor('s3'), '127.0.0.1:1', 403, /not this endpoint/],
    ['a web page', { ...signedFor('s3'), origin: 'http://evil.example' }, undefined, 403, /evil\.example/],
    ['nobody', {}, undefined, 403, /AWS_ACCESS_KEY_ID/],
    ['a service that is not here', signedFor('sns'), undefined, 501, /\\?"sns\\?" is not implemented/],
    [
      'a target that is not here',
      { ...signedFor('sns'), 'x-amz-target': 'Logs_20140328.PutLogEvents' },
      undefined,
      501,
      /Logs_20140328\.PutLogEvents/,
    ],
    ['a call that breaks a service', signedFor('lambda'), undefined, 500, /broken inside/],
  ])('refuses %s, and says why', async (_, headers, host, status, said) => {
    const answer = await send('/', headers, host?.replace('PORT', String(port)));

    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(said);
    expect((await send('/', signedFor('s3'))).status).toBe(200);
  });

  test('tells everybody to come again until the pipeline is ready', async () => {
    isReady = false;
    const { status } = await send('/', signedFor('s3'));
    isReady = true;

    expect(status).toBe(503);
  });
});

import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RuntimeApi } from '../../../local/lambda/runtime-api.ts';

/** What the runtime in a child might do, over the wire. */
async function call(address: string, method: string, path: string, body = '', headers: object = {}) {
  const { hostname: host, port, pathname } = new URL(`http://${address}`);
  const prefix = pathname === '/' ? '' : pathname;
  return await new Promise<{ status: number; headers: object; body: string }>((resolve, reject) => {
    const outgoing = request(
      { host, port, method, path: prefix + path, headers: { ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          resolve({ status: response.statusCode!, headers: response.headers, body: text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('the Runtime API', () => {
  let api: RuntimeApi;
  let address: string;
  let heard: string[];

  beforeEach(async () => {
    heard = [];
    api = new RuntimeApi();
    api.connect({
      onNext: () => void heard.push('next'),
      onResponse: (requestId, payload) =>
        heard.push(`response ${requestId} ${payload}`) > 0 && requestId === 'known',
      onError: (requestId, error) => heard.push(`error ${requestId} ${error}`) > 0 && requestId === 'known',
      onInitError: (error) => void heard.push(`init/error ${error}`),
    });
    address = await api.listen();
  });

  afterEach(() => api?.close());

  test('hands over an invocation when the runtime asks, or as soon as there is one', async () => {
    const invocation = {
      requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
      payload: '{"key":"é"}',
      deadlineMs: 1_795_330_800_000,
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:Consumer',
      traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    };
    const expected = {
      status: 200,
      body: invocation.payload,
      headers: expect.objectContaining({
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': '1795330800000',
        'lambda-runtime-invoked-function-arn': invocation.functionArn,
        'lambda-runtime-trace-id': invocation.traceId,
      }) as object,
    };
    api.give(invocation);
    expect(await call(address, 'GET', '/2018-06-01/runtime/invocation/next')).toEqual(expected);

    const waiting = call(address, 'GET', '/2018-06-01/runtime/invocation/next');
    api.give(invocation);
    expect(await waiting).toEqual(expected);
  });

  test.each([
    ['/2018-06-01/runtime/invocation/known/response', 202, 'response known {}'],
    ['/2018-06-01/runtime/invocation/known/error', 202, 'error known {}'],
    ['/2018-06-01/runtime/invocation/other/response', 400, 'response other {}'],
    ['/2018-06-01/runtime/invocation/other/error', 400, 'error other {}'],
    ['/2018-06-01/runtime/init/error', 202, 'init/error {}'],
  ])('hears %s', async (path, status, what) => {
    expect((await call(address, 'POST', path, '{}')).status).toBe(status);
    expect(heard).toEqual([what]);
  });

  test.each([
    ['GET', '/2018-06-01/runtime/invocation/known/response'],
    ['POST', '/2018-06-01/runtime/invocation/next'],
    ['GET', '/2018-06-01/runtime/restore/next'],
    ['GET', '/'],
  ])('has no %s %s', async (method, path) => {
    expect((await call(address, method, path)).status).toBe(404);
    expect(heard).toEqual([]);
  });

  test('takes a response of 6 MB, and makes an error of a larger one', async () => {
    const path = '/2018-06-01/runtime/invocation/known/response';

    expect((await call(address, 'POST', path, 'x'.repeat(6_291_556))).status).toBe(202);
    expect((await call(address, 'POST', path, 'x'.repeat(6_291_557))).status).toBe(413);
    expect(heard[1]).toContain('error known {"errorType":"Function.ResponseSizeTooLarge"');
  });

  test.each([
    ['another host', { host: 'evil.example:80' }],
    ['a page', { origin: 'http://evil.example' }],
  ])('lets %s not in', async (_, headers) => {
    const answer = await call(
      address,
      'POST',
      '/2018-06-01/runtime/invocation/known/response',
      '{}',
      headers,
    );

    expect(answer.status).toBe(403);
    expect(heard).toEqual([]);
  });

  test.each(['', '/0123456789abcdef0123456789abcdef'])('answers nobody at the path "%s"', async (guess) => {
    const { host } = new URL(`http://${address}`);
    const answer = await call(host + guess, 'GET', '/2018-06-01/runtime/invocation/next');

    expect(answer).toMatchObject({ status: 403, body: '' });
    expect(heard).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleServer } from '../../../cli/console/console-server.ts';
import { callConsole, consoleOf } from '../../support/console-call.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { rawRequest } from '../../support/raw-request.ts';

let pipeline: PipelineUnderTest;
let server: ConsoleServer;
let origin: string;
let token: string;
let port: number;
const troubles: string[] = [];

const newServer = (readOnly = false): ConsoleServer =>
  new ConsoleServer({
    target: { target: 'local', dataDir: pipeline.dataDir },
    readOnly,
    startCommand: 'npx sluice console',
    onTrouble: (text) => troubles.push(text),
  });

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  server = newServer();
  await server.listen(0);
  ({ origin, token } = consoleOf([server.url]));
  port = Number(new URL(origin).port);
});
afterAll(async () => {
  await server?.stop();
  await pipeline?.[Symbol.asyncDispose]();
});

interface Line {
  readonly type: string;
  readonly text?: string;
  readonly exitCode?: number;
  readonly error?: { readonly message: string; readonly nextStep?: string };
}

const linesIn = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));

async function verb(
  ...args: string[]
): Promise<{ lines: Line[]; end: Line; document: Record<string, unknown> }> {
  const response = await callConsole(origin, token, '/api/verb', { args });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = linesIn(await response.text());
  const data = lines.filter(({ type }) => type === 'data').map(({ text }) => text);
  return {
    lines,
    end: lines.at(-1)!,
    document: JSON.parse(data.join('') || 'null') as Record<string, unknown>,
  };
}

const keys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await pipeline.s3.send(new ListObjectsV2Command({ Bucket: pipeline.bucket }));
  return Contents.map(({ Key }) => Key);
};

describe('the page of the console', () => {
  test.each([
    '/',
    '/flow',
    '/objects?prefix=csv/',
    '/object',
    '/letters',
    '/archive',
    '/charts',
    '/lab',
    '/verify',
  ])('is at %s, needs no token and holds none', async (path) => {
    const response = await fetch(`${origin}${path}`);
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('/page.js');
    expect(text).not.toContain(token);
  });

  test('can run, load and send nothing but its own, be in no frame, and is asked for again at each reload', async () => {
    const { headers } = await fetch(`${origin}/page.js`);
    const again = await fetch(`${origin}/page.js`, { headers: { 'if-none-match': headers.get('etag')! } });

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'none'",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('has its styles within, and lets no others count', async () => {
    const { createHash } = await import('node:crypto');
    const response = await fetch(origin);
    const styles = /<style>(.*)<\/style>/s.exec(await response.text())![1]!;

    expect(styles).toMatch(/^:root ?\{/);
    expect(response.headers.get('content-security-policy')).toContain(
      `style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}';`,
    );
  });

  test('is at most 80 kB, compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const files = await Promise.all(
      ['/', '/page.js'].map(async (path) => gzipSync(await (await fetch(`${origin}${path}`)).text())),
    );

    expect(files.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(80_000);
  });
});

/** What the page itself would send with its verbs. */
const good = (): Record<string, string> => ({
  host: `127.0.0.1:${port}`,
  origin,
  'x-sluice-token': token,
  'content-type': 'application/json',
});

describe('a request that the console’s own page did not send', () => {
  const body = JSON.stringify({ args: ['pause', '--', 'csv-row-counter'] });

  test.each<
    [what: string, head: string, headers: Record<string, string | undefined>, status: number, code: string]
  >([
    ['of another origin', 'POST /api/verb', { origin: 'http://evil.test' }, 403, 'wrong-origin'],
    [
      'of another port of this machine',
      'POST /api/verb',
      { origin: 'http://127.0.0.1:4566' },
      403,
      'wrong-origin',
    ],
    ['of https', 'POST /api/verb', { origin: 'https://127.0.0.1' }, 403, 'wrong-origin'],
    ['of a file or a sandboxed frame', 'POST /api/verb', { origin: 'null' }, 403, 'wrong-origin'],
    ['without an origin', 'POST /api/verb', { origin: undefined }, 403, 'wrong-origin'],
    ['of another site', 'POST /api/verb', { 'sec-fetch-site': 'cross-site' }, 403, 'wrong-origin'],
    [
      'of another port, by its site',
      'POST /api/verb',
      { 'sec-fetch-site': 'same-site' },
      403,
      'wrong-origin',
    ],
    ['that a form sends', 'POST /api/verb', { 'sec-fetch-mode': 'navigate' }, 403, 'wrong-origin'],
    [
      'by a name that leads here',
      'POST /api/verb',
      { host: 'evil.test', origin: 'http://evil.test' },
      403,
      'wrong-host',
    ],
    ['by such a name with the port', 'GET /', { host: 'evil.test:PORT' }, 403, 'wrong-host'],
    ['by a name below localhost', 'GET /', { host: 'evil.localhost:PORT' }, 403, 'wrong-host'],
    ['by the name of another port', 'GET /', { host: '127.0.0.1:1' }, 403, 'wrong-host'],
    ['by a number that is the same address', 'GET /', { host: '2130706433:PORT' }, 403, 'wrong-host'],
    ['without a host', 'GET /', { host: undefined }, 403, 'wrong-host'],
    ['without a token', 'POST /api/verb', { 'x-sluice-token': undefined }, 401, 'wrong-token'],
    ['with an empty token', 'POST /api/session', { 'x-sluice-token': '' }, 401, 'wrong-token'],
    [
      'with a token of another start',
      'POST /api/upload?key=evil',
      { 'x-sluice-token': randomBytes(16).toString('base64url') },
      401,
      'wrong-token',
    ],
    ['with a part of the token', 'POST /api/download', { 'x-sluice-token': 'PART' }, 401, 'wrong-token'],
    [
      'as a form would write it',
      'POST /api/verb',
      { 'content-type': 'text/plain' },
      415,
      'wrong-content-type',
    ],
    [
      'as another form would',
      'POST /api/verb',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'wrong-content-type',
    ],
    ['with no type', 'POST /api/verb', { 'content-type': undefined }, 415, 'wrong-content-type'],
    ['to upload as JSON', 'POST /api/upload?key=evil', {}, 415, 'wrong-content-type'],
    ['that only gets', 'GET /api/verb', {}, 405, 'wrong-method'],
    ['that gets what is not there', 'GET /../package.json', {}, 405, 'wrong-method'],
    ['that gets a source', 'GET /page.tsx', {}, 405, 'wrong-method'],
    ['that names a whole address', 'GET http://evil.test/', {}, 405, 'wrong-method'],
    [
      'that asks for leave',
      'OPTIONS /api/verb',
      { 'access-control-request-method': 'POST' },
      405,
      'wrong-method',
    ],
    ['that puts', 'PUT /api/upload?key=evil', {}, 405, 'wrong-method'],
    ['to what is not there', 'POST /api/shutdown', {}, 404, 'no-such-page'],
    ['to a property of every object', 'POST /constructor', {}, 404, 'no-such-page'],
  ])('%s, is refused', async (_, head, headers, status, code) => {
    const all = Object.entries({ ...good(), ...headers }).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [`${name}: ${value.replace('PORT', String(port)).replace('PART', token.slice(0, 10))}`],
    );
    // HTTP/1.0 needs no host
    const version = headers['host'] === undefined && 'host' in headers ? '1.0' : '1.1';
    const lines = [`${head} HTTP/${version}`, ...all, `content-length: ${body.length}`, '', body];

    const answer = await rawRequest(port, lines.join('\r\n'));

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toMatch(/"message":"[^"]/);
    expect(answer).not.toMatch(/access-control/i);
    expect(answer).not.toContain(token);
  });

  test('has changed nothing', async () => {
    const { document } = await verb('status');

    expect(document['consumers']).toMatchObject([
      { mapping: 'enabled' },
      { name: 'csv-row-counter', mapping: 'enabled' },
      { mapping: 'enabled' },
    ]);
    expect(await keys()).not.toContain('evil');
    expect(troubles).toEqual([]);
  });

  test.each<[what: string, body: string | Buffer, status: number, code: string]>([
    ['no JSON', '{"args":', 400, 'wrong-request'],
    ['no object', '["status"]', 400, 'wrong-request'],
    ['no arguments', '{}', 400, 'wrong-request'],
    ['arguments of another kind', '{"args":["status",{"a":1}]}', 400, 'wrong-request'],
    ['a verb that is not for pages', '{"args":["put","/etc/passwd","x"]}', 403, 'not-allowed'],
    ['more than 1 MB', Buffer.alloc(1024 * 1024 + 1, ' '), 413, 'too-large'],
  ])('with a body of %s is refused', async (_, text, status, code) => {
    const response = await fetch(`${origin}/api/verb`, { method: 'POST', headers: good(), body: text });

    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ code })]);
  });

  test('with a body without end is refused when 1 MB has come', async () => {
    const sent = request(`${origin}/api/verb`, { method: 'POST', headers: good() });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sent.once('response', ({ statusCode }) => resolve(statusCode));
      sent.once('error', reject);
    });
    const more = setInterval(() => sent.write(Buffer.alloc(65_536, ' ')), 5);
    const status = await answered.finally(() => clearInterval(more));
    sent.on('error', () => {});
    sent.destroy();

    expect(status).toBe(413);
  });
});

describe('a verb that the page runs', () => {
  test('answers with its own document, its notes, and how it ended', async () => {
    const { lines, end, document } = await verb('status');

    expect(document).toMatchObject({ schemaVersion: 1, verb: 'status', isHealthy: true });
    expect(lines[0]).toEqual({ type: 'note', text: `local Sluice-dev ${pipeline.endpoint}` });
    expect(end).toEqual({ type: 'end', exitCode: 0 });
  });

  test('that fails says why and what to do, and the next one runs', async () => {
    const { end } = await verb('dead', 'show', '--', 'nothing-of-that-name');
    const mistyped = await verb('ls', '--status', 'no-such-status');

    expect(end).toMatchObject({ type: 'end', exitCode: 3, error: { message: expect.any(String) as string } });
    expect(mistyped.end).toMatchObject({
      exitCode: 2,
      error: {
        message: expect.stringContaining('no-such-status') as string,
        nextStep: expect.any(String) as string,
      },
    });
    expect((await verb('status')).end).toEqual({ type: 'end', exitCode: 0 });
    expect(troubles).toEqual([]);
  });

  test('is answered beside others, of two pages at once', async () => {
    const all = await Promise.all(
      ['status', 'ls', 'verify', 'status', 'ls'].map(async (one) => await verb(one)),
    );

    expect(all.map(({ document }) => document['verb'])).toEqual(['status', 'ls', 'verify', 'status', 'ls']);
  });

  test('sees every dead letter, whoever looks at the same time', async () => {
    for (let n = 0; n < 25; n++) {
      await pipeline.sqs.send(
        new SendMessageCommand({
          QueueUrl: pipeline.output('CsvRowCounterDeadLetterQueueUrl'),
          MessageBody: JSON.stringify({ n }),
        }),
      );
    }

    const all = await Promise.all([1, 2, 3, 4].map(async () => await verb('dead', 'list')));

    expect(all.map(({ document }) => [(document['letters'] as object[]).length, document['inHand']])).toEqual(
      Array.from({ length: 4 }, () => [25, 0]),
    );
  });

  test('ends as by Ctrl-C when the server stops, and says so', async () => {
    const other = newServer();
    await other.listen(0);
    const address = consoleOf([other.url]);
    const response = await callConsole(address.origin, address.token, '/api/verb', {
      args: ['logs', '--follow'],
    });
    const reader = response.body!.getReader();
    let text = new TextDecoder().decode((await reader.read()).value);

    const stopped = other.stop();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += new TextDecoder().decode(part.value);
    }
    await stopped;

    expect(linesIn(text).at(-1)).toMatchObject({ type: 'end', exitCode: 130 });
    await expect(fetch(address.origin)).rejects.toThrow('fetch failed');
  });

  test('that changes something is refused where the console only looks', async () => {
    const other = newServer(true);
    await other.listen(0);
    const address = consoleOf([other.url]);
    const call = async (path: string, body: unknown, headers = {}) => {
      const response = await callConsole(address.origin, address.token, path, body, { headers });
      return [response.status, (await response.json()) as { code?: string; readOnly?: boolean }] as const;
    };

    const paused = await call('/api/verb', { args: ['pause', '--', 'csv-row-counter'] });
    const uploaded = await call('/api/upload?key=evil', {}, { 'content-type': 'application/octet-stream' });
    const [, session] = await call('/api/session', {});
    await other.stop();

    expect([paused, uploaded]).toMatchObject([
      [403, { code: 'read-only' }],
      [403, { code: 'read-only' }],
    ]);
    expect(session.readOnly).toBe(true);
    expect(await keys()).not.toContain('evil');
  });
});

const upload = (
  key: string,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  signal?: AbortSignal,
) =>
  fetch(`${origin}/api/upload?key=${encodeURIComponent(key)}`, {
    method: 'POST',
    headers: { origin, 'x-sluice-token': token, 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
    ...(signal !== undefined && { signal }),
  });

describe('an upload', () => {
  test.each([
    'csv/a b+ü%.csv',
    '--dry-run',
    '-',
    's3://other/x',
    'csv/<b>%2e%2e.csv',
    'a\u202eb\n<img src=x>',
  ])('becomes the object %j, byte for byte', async (key) => {
    const bytes = randomBytes(100_000);

    const lines = linesIn(await (await upload(key, bytes)).text());
    const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket: pipeline.bucket, Key: key }));

    expect(lines.at(-1)).toEqual({ type: 'end', exitCode: 0 });
    expect(await keys()).toContain(key);
    expect(Buffer.from(await Body!.transformToByteArray()).equals(bytes)).toBe(true);
  });

  test('without a key is refused', async () => {
    const unnamed = await upload('', 'x');

    expect([unnamed.status, await unnamed.json()]).toMatchObject([400, { code: 'wrong-request' }]);
  });
});

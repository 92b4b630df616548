import { createServer, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seeded } from '../../support/random.ts';
import { chooseFault, FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { FaultProxy } from './fault-proxy.ts';

const ANSWER = 'the answer of the service';

/** What a service behind the proxy has seen, and what a client in front of it. */
interface Exchange {
  /** Bodies that came whole, and how many broke off. */
  readonly applied: readonly string[];
  readonly brokenOff: number;
  /** What the proxy says that it put in. */
  readonly faults: Readonly<Record<string, number>>;
  readonly client: { readonly status?: number; readonly text: string; readonly error?: string };
}

describe('a fault proxy', () => {
  let applied: string[];
  let brokenOff: number;
  let service: ReturnType<typeof createServer>;

  beforeEach(async () => {
    applied = [];
    brokenOff = 0;
    service = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => {
        applied.push(body);
        response.writeHead(200, { 'content-length': ANSWER.length }).end(ANSWER);
      });
      incoming.on('error', () => brokenOff++);
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
  });

  afterEach(async () => {
    service?.closeAllConnections();
    await new Promise((resolve) => service?.close(resolve));
  });

  async function exchange(kind: FaultKind | undefined, target?: string): Promise<Exchange> {
    await using proxy = await FaultProxy.start({
      random: seeded(1),
      percent: kind === undefined ? 0 : 100,
      ...(kind !== undefined && { choose: () => kind }),
    });
    proxy.leadTo(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
    const client = await ask(proxy.endpoint, target);
    return { applied, brokenOff, client, faults: Object.fromEntries(proxy.counts) };
  }

  test('passes what it does not disturb', async () => {
    expect(await exchange(undefined)).toEqual({
      applied: ['the question'],
      brokenOff: 0,
      client: { status: 200, text: ANSWER },
      faults: {},
    });
  });

  test.each(['delay', 'slow-drip', 'reset-after'] as const)(
    'lets both sides have all of it under %s',
    async (kind) => {
      const { applied, client } = await exchange(kind);

      expect(applied).toEqual(['the question']);
      expect(client).toMatchObject({ status: 200, text: ANSWER });
    },
  );

  test('shows the service nothing under reset-before', async () => {
    expect(await exchange('reset-before')).toEqual({
      applied: [],
      brokenOff: 0,
      client: { text: '', error: 'ECONNRESET' },
      faults: { 'reset-before': 1 },
    });
  });

  test('shows the service a body that breaks off under reset-in-request', async () => {
    expect(await exchange('reset-in-request')).toMatchObject({
      applied: [],
      client: { text: '', error: 'ECONNRESET' },
    });
  });

  test('has the service do it, and the client not know, under applied-then-reset', async () => {
    expect(await exchange('applied-then-reset')).toMatchObject({
      applied: ['the question'],
      client: { text: '', error: 'ECONNRESET' },
    });
  });

  test.each(['reset-in-answer', 'truncation'] as const)(
    'has half of the answer arrive under %s',
    async (kind) => {
      const { applied, client } = await exchange(kind);

      expect(applied).toEqual(['the question']);
      expect(client).toEqual({ status: 200, text: ANSWER.slice(0, ANSWER.length >> 1), error: 'ECONNRESET' });
    },
  );

  test.each([
    ['error-500', undefined, 500, /<Code>InternalError<\/Code>/],
    ['error-500', 'DynamoDB_20120810.PutItem', 500, /#InternalServerError"/],
    ['slow-down', undefined, 503, /<Code>SlowDown<\/Code>/],
    ['throttling', 'DynamoDB_20120810.PutItem', 400, /#ProvisionedThroughputExceededException"/],
    ['throttling', 'AmazonSQS.SendMessage', 400, /#RequestThrottled"/],
  ] as const)('answers itself under %s, as the service of %s would', async (kind, target, status, words) => {
    const { applied, client } = await exchange(kind, target);

    expect(applied).toEqual([]);
    expect(client).toEqual({ status, text: expect.stringMatching(words) as string });
  });
});

describe('the choice of a fault', () => {
  const counts = new Map<FaultKind, number>();
  const choose = (facts: Parameters<typeof chooseFault>[0]) => {
    const kind = chooseFault(facts, seeded(counts.size), counts);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return kind;
  };

  test('takes every kind in turn, and never one that cannot happen to the request', () => {
    const s3 = Array.from({ length: 90 }, () => choose({ service: 's3', bodyBytes: 0 }));
    const sqs = Array.from({ length: 90 }, () => choose({ service: 'sqs', bodyBytes: 2 }));

    expect(new Set([...s3, ...sqs])).toEqual(new Set(FAULT_KINDS));
    expect(s3.filter((kind) => kind === 'throttling' || kind === 'reset-in-request')).toEqual([]);
    expect(s3.filter((kind) => kind === 'slow-down')).toHaveLength(10);
    expect(sqs).not.toContain('slow-down');
  });
});

async function ask(endpoint: string, target = 'none'): Promise<Exchange['client']> {
  const outgoing = request(endpoint, { method: 'PUT', headers: { 'x-amz-target': target } });
  // it may break once more when what it said is read
  outgoing.on('error', () => {});
  let text = '';
  let status: number | undefined;
  try {
    outgoing.end('the question');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    status = answer.statusCode;
    for await (const chunk of answer) text += (chunk as Buffer).toString();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { text, ...(status !== undefined && { status }), error: code ?? String(error) };
  }
  return { text, ...(status !== undefined && { status }) };
}

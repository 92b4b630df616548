import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import { keptLine } from '../../../local/logs/kept-log.ts';
import { logsService } from '../../../local/logs/logs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('logs');
const file = join(folder, 'group.log');
const role: Principal = { kind: 'role', roleName: 'r', functionName: 'f', accountId: '0', statements: [] };
let gateway: Gateway;
let logs: CloudWatchLogsClient;

const clientOf = (accessKeyId: string, port: number) =>
  new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
let port = 0;

beforeAll(async () => {
  const files = new Map([
    ['group', file],
    ['silent', join(folder, 'silent.log')],
  ]);
  gateway = new Gateway();
  gateway.serve({
    targets: {
      Logs_20140328: logsService({ files: () => files, region: 'eu-central-1', accountId: '000000000000' }),
    },
    services: {},
    principalOf: (accessKeyId) => (accessKeyId === 'role' ? role : { kind: 'operator' }),
  });
  port = await gateway.listen(0);
  logs = clientOf('x', port);
  // 20,000 lines, so that a search begins in the middle and pages are needed; the older half was rotated away
  append(0, 10_000);
  renameSync(file, `${file}.1`);
  append(10_000, 20_000);
});

afterAll(async () => {
  logs?.destroy();
  await gateway?.close();
});

const append = (from: number, to: number) =>
  appendFileSync(
    file,
    Array.from(
      { length: to - from },
      (_, at) => `${keptLine((from + at) * 1_000, `{"n":${from + at},"text":"€"}`)}\n`,
    ).join(''),
  );

async function numbers(
  input: Partial<ConstructorParameters<typeof FilterLogEventsCommand>[0]>,
): Promise<number[]> {
  const found: number[] = [];
  for await (const { events = [] } of paginateFilterLogEvents(
    { client: logs },
    { logGroupName: 'group', ...input },
  )) {
    found.push(...events.map(({ message = '' }) => (JSON.parse(message) as { n: number }).n));
  }
  return found;
}

describe('FilterLogEvents', () => {
  test('gives every line once, in order, across pages and a rotated file', async () => {
    expect(await numbers({})).toEqual(Array.from({ length: 20_000 }, (_, at) => at));
  });

  test.each([0, 1, 4_999, 9_999, 10_000, 15_000, 19_999])(
    'begins with the line at its start, %i s',
    async (start) => {
      expect(await numbers({ startTime: start * 1_000, endTime: (start + 3) * 1_000 })).toEqual(
        [start, start + 1, start + 2].filter((n) => n < 20_000),
      );
    },
  );

  test('goes on exactly where a page ended, though the file was rotated meanwhile', async () => {
    const first = await logs.send(
      new FilterLogEventsCommand({ logGroupName: 'group', startTime: 19_990_000, limit: 4 }),
    );
    append(20_000, 20_002);

    const rest = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: 'group',
        startTime: 19_990_000,
        nextToken: first.nextToken,
      }),
    );

    expect(first.events?.map(({ timestamp }) => timestamp)).toEqual([
      19_990_000, 19_991_000, 19_992_000, 19_993_000,
    ]);
    expect(rest.events?.[0]?.timestamp).toBe(19_994_000);
    expect(rest.events?.at(-1)?.timestamp).toBe(20_001_000);
    expect(
      new Set([...(first.events ?? []), ...(rest.events ?? [])].map(({ eventId }) => eventId)).size,
    ).toBe(12);
  });

  test('gives only the lines that its pattern wants', async () => {
    expect(await numbers({ filterPattern: '{ $.n >= 12 && $.n < 14 || $.n = 15000 }' })).toEqual([
      12, 13, 15_000,
    ]);
  });

  test('of a group without a line is empty, and of one that does not exist an error', async () => {
    expect((await logs.send(new FilterLogEventsCommand({ logGroupName: 'silent' }))).events).toEqual([]);
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: 'other' }))).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  test('refuses a function’s role, as its policy does in AWS', async () => {
    const client = clientOf('role', port);

    await expect(client.send(new FilterLogEventsCommand({ logGroupName: 'group' }))).rejects.toThrow(
      'not authorized to perform: logs:FilterLogEvents',
    );
    client.destroy();
  });
});

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { Eavesdropper, type HeardEvent } from '../support/eavesdropper.ts';
import { differs, patiently, type Bench, type Check } from './belief.ts';
import { FURTHER_CHECKS } from './further-checks.ts';
import type { Clients, Outputs } from './target.ts';

const ARCHIVE_DELAY_MS = 12 * 60_000;

/** What Sluice takes for granted of AWS and has not seen there. */
export const CHECKS: readonly Check[] = [
  {
    belief: 'the key of an EventBridge event is raw, and so is the row’s',
    async run({ prefix, put, heard, row }) {
      const key = `${prefix}a b+c%2Fd é.txt`;
      await put(key);
      const [event] = await heard(key, 1);
      const { object_key: rowKey } = await row('metadata', key, () => true);
      return differs(event?.detail.object.key === key && rowKey === key, { event, rowKey });
    },
  },
  {
    belief: 'sequencers are hexadecimal, and left-padded they order two uploads of one key',
    async run({ prefix, put, heard }) {
      const key = `${prefix}twice.txt`;
      const versions = [await put(key, 'first'), await put(key, 'second')];
      const events = await heard(key, 2);
      const of = (version: string | undefined) =>
        events.find(({ detail }) => detail.object['version-id'] === version)?.detail.object.sequencer ?? '';
      const [first, second] = [of(versions[0]), of(versions[1])];
      const isHex = [first, second].every((sequencer) => /^[0-9a-f]{1,32}$/i.test(sequencer));
      return differs(isHex && first.padStart(32, '0') < second.padStart(32, '0'), { first, second });
    },
  },
  {
    belief: 'a delete marker is announced with the marker’s own version-id',
    async run({ prefix, put, remove, heard }) {
      const key = `${prefix}marked.txt`;
      await put(key);
      const marker = await remove(key);
      const event = (await heard(key, 2)).find(({ detail }) => detail['deletion-type'] !== undefined);
      const { object, 'deletion-type': type } = event?.detail ?? {};
      return differs(type === 'Delete Marker Created' && object?.['version-id'] === marker, event);
    },
  },
  {
    belief:
      'a permanent delete of an old version names that version, has no etag and no size, and leaves the row alone',
    async run({ prefix, put, remove, heard, row }) {
      const key = `${prefix}old.txt`;
      const old = await put(key, 'old');
      const current = await put(key, 'current');
      await row('metadata', key, ({ version_id: version }) => version === current);
      await remove(key, old);
      const event = (await heard(key, 3)).find(
        ({ detail }) => detail['deletion-type'] === 'Permanently Deleted',
      );
      const { etag, size, 'version-id': version } = event?.detail.object ?? {};
      const after = await row('metadata', key, () => true);
      const isAsBelieved =
        version === old && etag === undefined && size === undefined && after['version_id'] === current;
      return differs(isAsBelieved, { event, after });
    },
  },
  {
    belief: 'with s3:ListBucket, a missing object answers 404 and not 403: the counter records object-gone',
    async run({ outputs, prefix, sqs, row }) {
      const key = `csv/${prefix.replaceAll('/', '-')}missing.csv`;
      const now = new Date().toISOString();
      const envelope = {
        source: 'sluice.backfill',
        'detail-type': 'Object Created',
        detail: {
          bucket: { name: outputs['IngestBucketName'] },
          object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184' },
          'last-modified': now,
        },
      };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: outputs['CsvRowCounterQueueUrl'],
          MessageBody: JSON.stringify(envelope),
        }),
      );
      const { status } = await row('counts', key, () => true);
      return differs(status === 'object-gone', { status });
    },
  },
  {
    belief:
      'a replay delivers the same change with its replay-name, and changes no row (whether it keeps the id is told, not judged)',
    needsReplay: true,
    async run(bench) {
      const { events, outputs, prefix, put, heard, row, eavesdropper } = bench;
      const key = `${prefix}replayed.txt`;
      const startedAt = new Date(Date.now() - 60_000);
      await put(key);
      const [live] = await heard(key, 1);
      const before = await row('metadata', key, () => true);
      await pause(ARCHIVE_DELAY_MS);
      const arn = (kind: string) => eavesdropper.ruleArn.replace(/rule\/.*$/, kind);
      const ReplayName = `conformance-${randomUUID().slice(0, 8)}`;
      await events.send(
        new StartReplayCommand({
          ReplayName,
          EventSourceArn: arn(`archive/${outputs['EventArchiveName']}`),
          EventStartTime: startedAt,
          EventEndTime: new Date(),
          Destination: {
            Arn: arn('event-bus/default'),
            FilterArns: [eavesdropper.ruleArn, arn(`rule/${outputs['MetadataWriterRuleName']}`)],
          },
        }),
      );
      const replayed = (await heard(key, 1)).find((event) => event['replay-name'] === ReplayName);
      const { State } = await events.send(new DescribeReplayCommand({ ReplayName }));
      const after = await row('metadata', key, () => true);
      const seen = { keepsId: replayed?.id === live?.id, State, replayed, before, after };
      process.stdout.write(`      a replayed event ${seen.keepsId ? 'keeps' : 'does not keep'} its id\n`);
      return differs(replayed !== undefined && JSON.stringify(before) === JSON.stringify(after), seen);
    },
  },
  ...FURTHER_CHECKS,
];

export interface CheckResult {
  readonly belief: string;
  readonly isAsBelieved: boolean;
}

/** Runs the checks one after another; one that fails does not stop the others. */
export async function runChecks(
  checks: readonly Check[],
  outputs: Outputs,
  clients: Clients,
  print: (line: string) => void,
): Promise<CheckResult[]> {
  const run = randomUUID().slice(0, 8);
  const Bucket = outputs['IngestBucketName'] ?? '';
  const eavesdropper = await Eavesdropper.start(clients.events, clients.sqs, Bucket, `conformance-${run}`);
  const bench = benchOf(clients, outputs, `conformance/${run}/`, eavesdropper);
  const results: CheckResult[] = [];
  try {
    for (const { belief, run: check } of checks) {
      const seen = await check(bench).catch((error: unknown) => `could not be seen: ${String(error)}`);
      results.push({ belief, isAsBelieved: seen === undefined });
      print(seen === undefined ? `  ok  ${belief}` : `DIFFERS ${belief}\n      ${seen}`);
    }
  } finally {
    await eavesdropper.stop();
  }
  return results;
}

function benchOf(clients: Clients, outputs: Outputs, prefix: string, eavesdropper: Eavesdropper): Bench {
  const { s3, tables } = clients;
  const Bucket = outputs['IngestBucketName'] ?? '';
  const heardSoFar: HeardEvent[] = [];
  return {
    ...clients,
    outputs,
    prefix,
    eavesdropper,
    put: async (Key, Body = 'hello') =>
      (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? '',
    remove: async (Key, VersionId) =>
      (await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).VersionId ?? '',
    heard: (key, count) =>
      patiently(`${count} events of ${key}`, async () => {
        const bodies = await eavesdropper.take(5);
        heardSoFar.push(...bodies.map((body) => JSON.parse(body) as HeardEvent));
        const ofKey = heardSoFar.filter(({ detail }) => detail.object.key === key);
        if (ofKey.length < count) return undefined;
        heardSoFar.splice(0, heardSoFar.length, ...heardSoFar.filter((event) => !ofKey.includes(event)));
        return ofKey;
      }),
    row: (table, key, isWanted) =>
      patiently(`the row of ${key}`, async () => {
        const { Item } = await tables.send(
          new GetCommand(
            table === 'metadata'
              ? {
                  TableName: outputs['UploadMetadataTableName'],
                  Key: { bucket: Bucket, object_key: key },
                  ConsistentRead: true,
                }
              : {
                  TableName: outputs['ProcessedFilesTableName'],
                  Key: { file_key: key },
                  ConsistentRead: true,
                },
          ),
        );
        return Item !== undefined && isWanted(Item) ? Item : undefined;
      }),
  };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { BURST_CHECK } from './burst-check.ts';
import { differs, notLookedAt, type Check } from './belief.ts';
import { FURTHER_CHECKS } from './further-checks.ts';
import { INVENTORY_CHECK } from './inventory-check.ts';
import { LEDGER_LOCK_CHECK } from './ledger-lock-check.ts';

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
    async run({ asked, events, outputs, prefix, put, heard, row, eavesdropper, tell }) {
      if (!asked.withReplay) return notLookedAt('give --with-replay; it waits for twelve minutes');
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
      tell(`a replayed event ${seen.keepsId ? 'keeps' : 'does not keep'} its id`);
      return differs(replayed !== undefined && JSON.stringify(before) === JSON.stringify(after), seen);
    },
  },
  ...FURTHER_CHECKS,
  BURST_CHECK,
  LEDGER_LOCK_CHECK,
  INVENTORY_CHECK,
];

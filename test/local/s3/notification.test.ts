import {
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { NotificationPlan } from '../../../local/plan.ts';
import { checkNotifications, notificationsFor } from '../../../local/s3/notification.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { PLAIN, startS3World, VERSIONED, type S3World } from './s3-world.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:reader';
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:inbox';
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:news';
const Bucket = VERSIONED.name;

const worlds: S3World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: Parameters<typeof startS3World>[0] = {}): Promise<S3World> {
  const world = await startS3World(options);
  worlds.push(world);
  return world;
}

const configure = async (world: S3World, wanted: NotificationConfiguration, more: object = {}) =>
  await world
    .client()
    .send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: wanted, ...more }),
    );
const told = async (world: S3World) => {
  const { $metadata: _, ...answer } = await world
    .client()
    .send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  return answer;
};
const put = async (world: S3World, Key: string) =>
  await world.client().send(new PutObjectCommand({ Bucket, Key, Body: 'body' }));

const WHOLE: NotificationConfiguration = {
  LambdaFunctionConfigurations: [
    {
      Id: 'one',
      LambdaFunctionArn: FUNCTION,
      Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'Prefix' as 'prefix', Value: 'in/' },
            { Name: 'Suffix' as 'suffix', Value: '.csv' },
          ],
        },
      },
    },
  ],
  QueueConfigurations: [{ Id: 'two', QueueArn: QUEUE, Events: ['s3:ObjectTagging:*'] }],
  TopicConfigurations: [{ Id: 'three', TopicArn: TOPIC, Events: ['s3:LifecycleExpiration:*'] }],
  EventBridgeConfiguration: {},
};

describe("a bucket's notification configuration", () => {
  test('is kept whole and answered whole, over a restart too', async () => {
    const first = await startS3World();
    await configure(first, WHOLE);
    expect(await told(first)).toEqual(WHOLE);
    await first.close({ keep: true });

    expect(await told(await open({ dataDir: first.dataDir }))).toEqual(WHOLE);
  });

  test('goes back to the template when that says something new, and not before', async () => {
    const notifications: NotificationPlan[] = [
      { id: 'own', kind: 'function', arn: FUNCTION, events: ['s3:ObjectCreated:*'] },
    ];
    const first = await startS3World({ buckets: [VERSIONED] });
    await configure(first, WHOLE);
    await first.close({ keep: true });
    const second = await open({ dataDir: first.dataDir, buckets: [{ ...VERSIONED, notifications }] });

    expect(await told(second)).toEqual({
      LambdaFunctionConfigurations: [
        { Id: 'own', LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectCreated:*'] },
      ],
      EventBridgeConfiguration: {},
    });
  });

  test('tells its queues and topics by a test event, each time that it is put', async () => {
    const world = await open();
    await configure(world, WHOLE);

    expect(world.notified.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => 's3:TestEvent'));
  });

  test.each<[what: string, wanted: NotificationConfiguration, name: string, words: RegExp]>([
    [
      'a destination that does not let S3 in',
      { LambdaFunctionConfigurations: [{ LambdaFunctionArn: 'arn:shut', Events: ['s3:ObjectCreated:*'] }] },
      'InvalidArgument',
      /^Unable to validate the following destination configurations$/,
    ],
    [
      'an event that S3 does not have',
      { QueueConfigurations: [{ QueueArn: QUEUE, Events: ['s3:ObjectRead:*' as never] }] },
      'InvalidArgument',
      /A specified event is not supported for notifications/,
    ],
    [
      'two that hear the same',
      {
        QueueConfigurations: [{ QueueArn: QUEUE, Events: ['s3:ObjectCreated:*'] }],
        TopicConfigurations: [{ TopicArn: TOPIC, Events: ['s3:ObjectCreated:Put'] }],
      },
      'InvalidArgument',
      /^Configurations overlap\. Configurations on the same bucket cannot share a common event type\.$/,
    ],
    [
      'two whose filters overlap',
      {
        QueueConfigurations: ['csv/', 'csv/big/'].map((Value) => ({
          QueueArn: QUEUE,
          Events: ['s3:ObjectCreated:*' as const],
          Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value }] } },
        })),
      },
      'InvalidArgument',
      /Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type/,
    ],
    [
      'a filter of anything else',
      {
        QueueConfigurations: [
          {
            QueueArn: QUEUE,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'size' as never, Value: '1' }] } },
          },
        ],
      },
      'InvalidArgument',
      /filter rule name must be either prefix or suffix/,
    ],
  ])('is refused with %s, in S3’s words, and stays as it was', async (_, wanted, name, words) => {
    const world = await open({ refusals: { 'arn:shut': 'Not authorized to invoke function [arn:shut]' } });
    const before = await told(world);

    await expect(configure(world, wanted)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(words) as string,
    });
    expect(await told(world)).toEqual(before);
    expect(world.notified).toEqual([]);
  });

  test('may skip the validation of its destinations', async () => {
    const world = await open({ refusals: { [QUEUE]: 'The destination queue does not exist' } });
    const wanted = {
      QueueConfigurations: [{ Id: 'q', QueueArn: QUEUE, Events: ['s3:ObjectCreated:*' as const] }],
    };
    await configure(world, wanted, { SkipDestinationValidation: true });

    expect(await told(world)).toEqual(wanted);
  });
});

describe('a notification', () => {
  test('tells of the same change as the event on the bus, by the same sequencer, its key form-encoded', async () => {
    const world = await open();
    await configure(world, WHOLE);
    world.notified.length = 0;
    const Key = "in/a b+c é 'x' ~!*.csv";
    await put(world, Key);
    await world.client().send(new DeleteObjectCommand({ Bucket, Key }));

    expect(world.notified.map(({ arn }) => arn)).toEqual([FUNCTION, FUNCTION]);
    for (const [index, { body }] of world.notified.entries()) {
      const [own] = parseObjectEvents(body);
      const [bus] = parseObjectEvents(world.events[index]);
      for (const field of ['key', 'bucket', 'size', 'etag', 'versionId', 'sequencer', 'eventName'] as const) {
        expect({ [field]: own![field as keyof typeof own] }).toEqual({
          [field]: bus![field as keyof typeof bus],
        });
      }
    }
    expect(world.notified[0]!.body).toMatchObject({
      Records: [
        {
          eventVersion: '2.1',
          eventName: 'ObjectCreated:Put',
          s3: {
            configurationId: 'one',
            bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
            object: { key: 'in/a+b%2Bc+%C3%A9+%27x%27+%7E%21*.csv', size: 4 },
          },
        },
      ],
    });
    expect(world.notified[1]!.body).toMatchObject({
      Records: [{ eventName: 'ObjectRemoved:DeleteMarkerCreated' }],
    });
  });

  test.each([
    ['out/a.csv', 0],
    ['in/a.json', 0],
    ['in/.csv', 1],
  ])('of %s is sent %i times by its prefix and suffix', async (key, times) => {
    const world = await open();
    await configure(world, WHOLE);
    world.notified.length = 0;
    await put(world, key);

    expect(world.notified).toHaveLength(times);
  });

  test('is not sent of an upload that fails with it, and the upload is not there', async () => {
    const world = await open({ buckets: [VERSIONED, PLAIN], failing: [FUNCTION] });
    await configure(world, WHOLE);

    await expect(put(world, 'in/lost.csv')).rejects.toMatchObject({ name: 'InternalError' });
    const { n } = world.store.prepare('SELECT count(*) AS n FROM s3_version').get() as { n: number };
    expect(n).toBe(0);
  });
});

describe('filters that are taken together', () => {
  test('never send one event to two destinations', () => {
    const part = fc.stringMatching(/^[ab+/]{0,3}$/);
    const type = fc.constantFrom(
      's3:ObjectCreated:*',
      's3:ObjectCreated:Put',
      's3:ObjectCreated:Copy',
      's3:ObjectRemoved:*',
      's3:ObjectRemoved:Delete',
    );
    const destination = fc.record({
      id: fc.uuid(),
      kind: fc.constant('queue' as const),
      arn: fc.constant(QUEUE),
      events: fc.array(type, { minLength: 1, maxLength: 2 }),
      prefix: part,
      suffix: part,
    });
    const name = fc.constantFrom('ObjectCreated:Put', 'ObjectCreated:Copy', 'ObjectRemoved:Delete');

    fc.assert(
      fc.property(
        fc.array(destination, { maxLength: 4 }),
        name,
        fc.stringMatching(/^[ab +/]{0,8}$/),
        (all, event, key) => {
          const taken = all.filter((one, index) => {
            try {
              checkNotifications([...all.slice(0, index), one]);
              return true;
            } catch {
              return false;
            }
          });
          fc.pre(taken.length === all.length);

          expect(notificationsFor(all, event, key).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

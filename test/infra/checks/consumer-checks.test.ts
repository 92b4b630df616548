import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { checkConsumers, complexityWarning } from '../../../infra/checks/consumer-checks.ts';
import type { ConsumerPattern } from '../../../infra/consumer-definition.ts';
import { deliveryOf, type CompleteDefinition } from '../../../infra/consumer-kinds.ts';

const thumbnailer: CompleteDefinition = {
  name: 'thumbnailer',
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'images/' }] } } },
  keeps: 'nothing',
  timeout: Duration.seconds(30),
  memoryMb: 256,
  batchSize: 10,
  batchingWindow: Duration.seconds(0),
  maxReceiveCount: 14,
  maximumConcurrency: 2,
  environment: () => ({}),
  grants: () => [],
};

/** A pattern that the compiler would refuse: the checks also hold for those who ask it not to. */
const pattern = (value: unknown) => ({ pattern: value as ConsumerPattern });
const onKeys = { detail: { object: { key: [{ prefix: 'images/' }] } } };

const refusals: [title: string, change: Partial<CompleteDefinition>, message: string][] = [
  ['a name in capitals', { name: 'Thumbnailer' }, 'name is not in kebab-case'],
  ['a name with a hyphen too many', { name: 'thumb--nailer' }, 'name is not in kebab-case'],
  ['a name too long for a queue', { name: 'a'.repeat(70) }, 'SQS takes 80'],
  ['a pattern without detail-type', pattern({ ...onKeys }), 'does not pin detail-type (undefined)'],
  [
    'a detail-type that is matched, not named',
    pattern({ ...onKeys, 'detail-type': [{ prefix: 'Object ' }] }),
    'does not pin detail-type ([{"prefix":"Object "}])',
  ],
  [
    'a pattern without keys',
    pattern({ 'detail-type': ['Object Created'], detail: {} }),
    'does not pin detail.object.key',
  ],
  [
    'a pattern with a source of its own',
    pattern({ ...thumbnailer.pattern, source: ['my.app'] }),
    'names source, which is pinned',
  ],
  [
    'a pattern with an account of its own',
    pattern({ ...thumbnailer.pattern, account: ['444455556666'] }),
    'names account, which is pinned',
  ],
  [
    'a pattern with a bucket of its own',
    pattern({ ...thumbnailer.pattern, detail: { ...onKeys.detail, bucket: { name: ['other'] } } }),
    'names detail.bucket, which is pinned',
  ],
  [
    'a pattern longer than EventBridge takes',
    pattern({
      'detail-type': ['Object Created'],
      detail: { object: { key: Array.from({ length: 80 }, (_, n) => ({ prefix: `images/of-${n}/` })) } },
    }),
    'EventBridge takes 2048',
  ],
  [
    'a pattern that EventBridge would refuse',
    pattern({ 'detail-type': ['Object Created'], detail: { object: { key: [{ wildcard: 'images/**' }] } } }),
    'EventBridge would refuse its pattern',
  ],
  [
    'a pattern that EventBridge would call too complex',
    pattern({
      'detail-type': ['Object Created'],
      detail: {
        object: {
          key: ['csv', 'CSV', 'csv.gz', 'CSV.GZ', 'tsv'].map((ending) => ({ wildcard: `csv/*.${ending}` })),
        },
      },
    }),
    'EventBridge would refuse its pattern: event pattern: Rule is too complex - try using fewer wildcard',
  ],
  ['a batch of none', { batchSize: 0 }, 'batchSize is 0; it must be a whole number from 1 to 10000'],
  ['a batch above SQS', { batchSize: 10_001 }, 'batchSize is 10001'],
  ['a batch above 10 without a window', { batchSize: 11 }, 'batchSize is 11 and its batchingWindow 0 s'],
  ['a window above 300 s', { batchingWindow: Duration.seconds(301) }, 'batchingWindow in seconds is 301'],
  ['concurrency below 2', { maximumConcurrency: 1 }, 'maximumConcurrency is 1'],
  ['fewer than 5 receives', { maxReceiveCount: 4 }, 'maxReceiveCount is 4'],
  ['too little memory', { memoryMb: 64 }, 'memoryMb is 64'],
  ['a timeout above 15 minutes', { timeout: Duration.seconds(901) }, 'timeout in seconds is 901'],
  [
    'a visibility timeout one second below 6 × timeout + window',
    { batchingWindow: Duration.seconds(5), visibilityTimeout: Duration.seconds(184) },
    'visibilityTimeout is 184 s, less than 6 × timeout (30 s) + batchingWindow (5 s); make it at least 185 s',
  ],
  [
    'a queue that forgets events before their last receive',
    { queueRetention: Duration.minutes(41) },
    'queueRetention is 2460 s, but 14 receives with a visibilityTimeout of 180 s may take 2520 s',
  ],
  [
    'dead letters kept less than a week beyond the queue',
    { deadLetterRetention: Duration.days(10) },
    'deadLetterRetention is 864000 s, but a letter may be 345600 s old when it arrives; keep letters at least 950400 s',
  ],
];

const keyed = (...endings: readonly string[]) => ({
  ...thumbnailer,
  ...pattern({
    'detail-type': ['Object Created'],
    detail: { object: { key: endings.map((ending) => ({ wildcard: `csv/*.${ending}` })) } },
  }),
});

describe('checkConsumers', () => {
  test('accepts a consumer within all limits', () => {
    expect(() => checkConsumers('Sluice-dev', [thumbnailer])).not.toThrow();
  });

  test.each(refusals)('refuses %s, naming the consumer', (_, change, message) => {
    const definition = { ...thumbnailer, ...change };

    const check = () => checkConsumers('Sluice-dev', [definition]);

    expect(check).toThrow(`consumer ${definition.name}: `);
    expect(check).toThrow(message);
  });

  test('warns of a pattern that EventBridge may call too complex, and of no simpler one', () => {
    expect(complexityWarning(keyed('csv', 'CSV', 'csv.gz', 'CSV.GZ'))).toMatch(
      /^consumer thumbnailer: its pattern has a complexity of 9; .* use fewer wildcards/,
    );
    expect(complexityWarning(keyed('csv', 'CSV', 'csv.gz'))).toBeUndefined();
  });

  test('refuses two consumers of one name', () => {
    expect(() => checkConsumers('Sluice-dev', [thumbnailer, { ...thumbnailer }])).toThrow(
      'consumer thumbnailer: two consumers have this name',
    );
  });

  test('refuses two names that are one in the stack', () => {
    const consumers = ['thumb-1', 'thumb1'].map((name) => ({ ...thumbnailer, name }));

    expect(() => checkConsumers('Sluice-dev', consumers)).toThrow(
      'consumer thumb1: it and thumb-1 would both be Thumb1 in the stack',
    );
  });

  test('accepts a visibility timeout of exactly 6 × timeout + window', () => {
    const visibilityTimeout = Duration.seconds(180);

    expect(() => checkConsumers('Sluice-dev', [{ ...thumbnailer, visibilityTimeout }])).not.toThrow();
  });
});

describe('deliveryOf', () => {
  test('hides a record for 6 × timeout + window, and keeps it 4 days, as a letter 14', () => {
    const delivery = deliveryOf({ ...thumbnailer, batchingWindow: Duration.seconds(60) });

    expect(delivery.visibilityTimeout.toSeconds()).toBe(240);
    expect(delivery.retention.toDays()).toBe(4);
    expect(delivery.deadLetterRetention.toDays()).toBe(14);
  });
});

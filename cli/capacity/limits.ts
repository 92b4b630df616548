import { ASSUMPTIONS } from '../cost/assumptions.ts';
import type { CapacityConsumer } from './capacity-template.ts';
import { quotaLimit, templateLimit, type Limited } from './stage.ts';
import { batchMs, concurrencyAt, takenBy, workersOf, type Asked } from './work.ts';

/** Every limit that an upload’s way leads past, in its order. */
export const limitsOf = (asked: Asked): readonly Limited[] => [
  ...ofS3(asked),
  ...ofEventBridge(asked),
  ...workersOf(asked).flatMap((consumer) => ofWorker(asked, consumer)),
  {
    service: 'Lambda',
    what: 'batches at once, all functions together',
    unit: 'batches',
    neededAt: (rate) =>
      workersOf(asked).reduce((sum, consumer) => sum + concurrencyAt(asked, consumer, rate), 0),
    limit: quotaLimit(asked.quotas, 'lambdaConcurrency'),
    advice:
      'ask for more concurrent executions in Service Quotas; other functions of the account take of them too',
  },
  ...workersOf(asked).flatMap((consumer) => ofKept(asked, consumer)),
];

function ofS3(asked: Asked): readonly Limited[] {
  const { workload, quotas } = asked;
  const spread = 'spread the keys over more prefixes, and say how many with --prefixes';
  return [
    {
      service: 'S3',
      what: 'uploads to one prefix',
      unit: 'PUT/s',
      neededAt: (rate) => rate / workload.prefixes,
      limit: quotaLimit(quotas, 's3PutsPerPrefix'),
      advice: `${spread}; S3 needs minutes to make room for a busy prefix, and answers 503 SlowDown till then`,
    },
    ...workersOf(asked)
      .filter(({ readsObjects }) => readsObjects)
      .map((consumer): Limited => ({
        service: 'S3',
        what: 'objects read of one prefix',
        consumer: consumer.id,
        unit: 'GET/s',
        neededAt: (rate) => (rate * takenBy(asked, consumer)) / workload.prefixes,
        limit: quotaLimit(quotas, 's3GetsPerPrefix'),
        advice: spread,
      })),
  ];
}

function ofEventBridge(asked: Asked): readonly Limited[] {
  const { facts, quotas } = asked;
  const perUpload =
    facts.consumers.reduce((sum, consumer) => sum + takenBy(asked, consumer), 0) + (facts.hasArchive ? 1 : 0);
  return [
    {
      service: 'EventBridge',
      what: 'events handed to rules and the archive',
      unit: 'invocations/s',
      neededAt: (rate) => rate * perUpload,
      limit: quotaLimit(quotas, 'eventBridgeInvocations'),
      advice:
        'ask for more invocations a second in Service Quotas; what is over comes later, and is not lost. Narrower patterns need fewer',
    },
    {
      service: 'EventBridge',
      what: 'rules of the bus, the archive’s too',
      unit: 'rules',
      neededAt: () => facts.consumers.length + (facts.hasArchive ? 1 : 0),
      limit: quotaLimit(quotas, 'eventBridgeRules'),
      advice: 'ask for more rules in Service Quotas; other rules of the account’s default bus count too',
    },
    {
      service: 'EventBridge',
      what: 'rules with a wildcard',
      unit: 'rules',
      neededAt: () => facts.wildcardRules,
      limit: quotaLimit(quotas, 'eventBridgeWildcardRules'),
      advice:
        'write prefix and suffix in place of wildcards; other rules of the account’s default bus count too',
    },
  ];
}

function ofWorker(asked: Asked, consumer: CapacityConsumer): readonly Limited[] {
  const { quotas } = asked;
  const { id, batchSize, windowSeconds, maximumConcurrency } = consumer;
  const atOnce = Math.min(maximumConcurrency ?? Infinity, quotas.lambdaPollers);
  return [
    {
      service: 'SQS',
      what: 'received and not deleted',
      consumer: id,
      unit: 'messages',
      // received and held while a window is open, or a batch is worked on: never more than all environments hold
      neededAt: (rate) =>
        Math.min(
          rate * takenBy(asked, consumer) * (windowSeconds + batchMs(asked, consumer) / 1_000),
          2 * atOnce * batchSize,
        ),
      limit: quotaLimit(quotas, 'sqsInFlight'),
      advice:
        'a smaller batch or a shorter window; what fails is hidden, and in flight, until it is tried again',
    },
    {
      service: 'Lambda',
      what: 'batches at once',
      consumer: id,
      unit: 'batches',
      neededAt: (rate) => concurrencyAt(asked, consumer, rate),
      limit:
        maximumConcurrency === undefined || maximumConcurrency > quotas.lambdaPollers
          ? quotaLimit(quotas, 'lambdaPollers')
          : templateLimit(maximumConcurrency, 'ScalingConfig.MaximumConcurrency'),
      advice:
        'a greater maximumConcurrency in the consumer’s entry (2 to 1,000), a greater batch, or less time for an event: sluice metrics shows what it takes',
    },
  ];
}

function ofKept(asked: Asked, consumer: CapacityConsumer): readonly Limited[] {
  const { quotas, workload } = asked;
  const { id, keeps, batchSize } = consumer;
  const events = (rate: number): number => rate * takenBy(asked, consumer);
  if (keeps === 'nothing') return [];
  if (!('rows' in keeps)) {
    return [
      {
        service: 'S3',
        what: 'objects written to the output bucket',
        consumer: id,
        unit: 'PUT/s',
        // lines go in one object a batch
        neededAt: (rate) => ('lines' in keeps ? events(rate) / batchSize : events(rate)),
        limit: quotaLimit(quotas, 's3PutsPerPrefix'),
        advice: 'a greater batch makes fewer and larger objects of lines',
      },
    ];
  }
  const [partitionKey = ''] = Object.values(keeps.rows.key);
  const isOnePartitionKey = !partitionKey.includes('{key}');
  const writes = { service: 'DynamoDB', consumer: id, unit: 'writes/s', neededAt: events };
  return [
    {
      ...writes,
      what: 'rows written to the table',
      limit: quotaLimit(quotas, 'dynamoDbTableWrites'),
      advice: 'ask for more write units of a table in Service Quotas',
    },
    {
      ...writes,
      what: 'rows written to a new table',
      limit: quotaLimit(quotas, 'dynamoDbNewTableWrites'),
      when: 'while the table is new',
      advice:
        'warm the table before the day (its warm throughput), or let the rate double every half an hour',
    },
    ...(isOnePartitionKey
      ? [
          {
            ...writes,
            what: 'rows written to one partition',
            limit: quotaLimit(quotas, 'dynamoDbPartitionWrites'),
            ...(!workload.keysGrow && {
              when: 'where keys grow with time, as --keys-grow says, or before DynamoDB has split the bucket by key',
            }),
            advice: 'begin keys with something that does not grow, or shard the partition key: docs/scale.md',
          },
        ]
      : []),
    ...(keeps.rows.index === undefined
      ? []
      : [
          {
            ...writes,
            what: 'index entries of one status',
            neededAt: (rate: number) => events(rate) * ASSUMPTIONS.indexedShare,
            limit: quotaLimit(quotas, 'dynamoDbPartitionWrites'),
            advice: 'find out why so many objects have it: an index that is throttled throttles its table',
          },
        ]),
  ];
}

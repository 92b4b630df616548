import { App, Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Table, AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConsumerDefinition, ConsumerPattern } from '../../../infra/consumer-definition.ts';
import type { PipelineStores } from '../../../infra/stores.ts';
import { refuseLoops } from '../../../infra/checks/loop.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

type Keys = NonNullable<NonNullable<ConsumerPattern['detail']['object']>['key']>;
type Grants = NonNullable<ConsumerDefinition['grants']>;

const stack = new Stack(new App({ outdir: temporaryFolder() }));
const table = new Table(stack, 'Table', { partitionKey: { name: 'key', type: AttributeType.STRING } });

function stores(): PipelineStores {
  const stack = new Stack(new App({ outdir: temporaryFolder() }));
  return {
    ingestBucket: new Bucket(stack, 'Ingest'),
    outputBucket: new Bucket(stack, 'Output'),
    tables: new Map(),
  };
}

function consumer(name: string, key: Keys, grants: Grants): ConsumerDefinition {
  return {
    name,
    pattern: { 'detail-type': ['Object Created'], detail: { object: { key } } },
    keeps: 'nothing',
    timeout: Duration.seconds(30),
    memoryMb: 256,
    batchSize: 10,
    batchingWindow: Duration.seconds(0),
    maxReceiveCount: 14,
    maximumConcurrency: 2,
    environment: () => ({}),
    grants,
  };
}

const may =
  (action: string, keys: string): Grants =>
  ({ ingestBucket }) => [
    new PolicyStatement({ actions: [action], resources: [ingestBucket.arnForObjects(keys)] }),
  ];
const puts = (keys: string) => may('s3:PutObject', keys);
const nothing: Grants = () => [];
const starts =
  (...actions: string[]): Grants =>
  () => [new PolicyStatement({ actions, resources: ['arn:aws:states:eu-west-1:1:stateMachine:m'] })];

const check = (...consumers: ConsumerDefinition[]) => refuseLoops(consumers, stores());

describe('refuseLoops', () => {
  const overlaps: [title: string, key: Keys, grants: Grants, circle: string][] = [
    ['writes the prefix it hears', [{ prefix: 'in/' }], puts('in/*'), 'a → in/ → a'],
    ['writes below the prefix it hears', [{ prefix: 'in/' }], puts('in/out/*'), 'a → in/out/ → a'],
    ['writes above the prefix it hears', [{ prefix: 'in/deep/' }], puts('in/*'), 'a → in/ → a'],
    ['writes one key that it hears', ['in/index.json'], puts('in/index.json'), 'a → in/index.json → a'],
    ['hears by wildcard', [{ wildcard: 'in/*.csv' }], puts('in/*'), 'a → in/ → a'],
    ['hears by suffix', [{ suffix: '.csv' }], puts('out/*'), 'a → out/ → a'],
    ['hears all but something', [{ 'anything-but': { prefix: 'out/' } }], puts('out/*'), 'a → out/ → a'],
    ['hears one prefix of several', [{ prefix: 'x/' }, { prefix: 'out/' }], puts('out/*'), 'a → out/ → a'],
    [
      'hears a prefix in any case',
      [{ prefix: { 'equals-ignore-case': 'IN/' } }],
      puts('in/*'),
      'a → in/ → a',
    ],
    ['hears an escaped star', [{ wildcard: String.raw`in\*/*` }], puts('in*'), 'a → in → a'],
    ['may write any key', [{ prefix: 'in/' }], puts('*'), 'a → (any key) → a'],
    ['deletes what it hears', [{ prefix: 'in/' }], may('s3:DeleteObject', 'in/*'), 'a → in/ → a'],
    ['tags what it hears', [{ prefix: 'in/' }], may('s3:PutObjectTagging', 'in/*'), 'a → in/ → a'],
    ['may do anything in S3', [{ prefix: 'in/' }], may('s3:*', 'in/*'), 'a → in/ → a'],
    [
      'may do anything anywhere',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ actions: ['*'], resources: ['*'] })],
      'a → (any key) → a',
    ],
    [
      'may do all but something',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ notActions: ['iam:PassRole'], resources: ['*'] })],
      'a → (any key) → a',
    ],
    [
      'may write everywhere but somewhere',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ actions: ['s3:PutObject'], notResources: ['arn:aws:s3:::other/*'] })],
      'a → (any key) → a',
    ],
    [
      'may write to a bucket that cannot be told apart',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::sluice-*/out/*'] })],
      'a → (any key) → a',
    ],
  ];

  test.each(overlaps)('refuses a consumer that %s', (_, key, grants, circle) => {
    expect(() => check(consumer('a', key, grants))).toThrow(
      `consumer a: its own writes come back to it without end: ${circle}; `,
    );
  });

  test('prints a circle through several consumers, and leaves out those beside it', () => {
    const consumers = [
      consumer('bystander', [{ 'anything-but': { suffix: '/' } }], nothing),
      consumer('a', [{ prefix: 'in/' }], puts('raw/*')),
      consumer('b', [{ prefix: 'raw/' }], puts('clean/*')),
      consumer('c', [{ prefix: 'clean/' }], puts('in/again/*')),
    ];

    expect(() => check(...consumers)).toThrow(': a → raw/ → b → clean/ → c → in/again/ → a; ');
  });

  const safe: [title: string, key: Keys, grants: Grants][] = [
    ['only reads', [{ prefix: 'in/' }], may('s3:GetObjectVersion', 'in/*')],
    ['writes another prefix', [{ prefix: 'in/' }], puts('out/*')],
    [
      'writes to the output bucket',
      [{ 'anything-but': { suffix: '/' } }],
      ({ outputBucket }) => [
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [outputBucket.arnForObjects('*')] }),
      ],
    ],
    [
      'writes to a table',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn] })],
    ],
    [
      'is denied the write',
      [{ prefix: 'in/' }],
      () => [new PolicyStatement({ effect: Effect.DENY, actions: ['s3:*'], resources: ['*'] })],
    ],
  ];

  test.each(safe)('accepts a consumer that %s', (_, key, grants) => {
    expect(() => check(consumer('a', key, grants))).not.toThrow();
  });

  describe('of a consumer whose function may start a state machine', () => {
    test.each(['states:StartExecution', 'states:StartSyncExecution', 'states:*'])(
      'refuses %s, as nobody says where an execution writes',
      (action) => {
        expect(() => check(consumer('a', [{ prefix: 'in/' }], starts('dynamodb:GetItem', action)))).toThrow(
          'consumer a: its own writes come back to it without end: a → (any key) → a; let it write to another bucket, ' +
            'or under a prefix that no pattern in the circle matches; ' +
            'where the state machine that it starts writes nothing there, say comesBack: false in its entry',
        );
      },
    );

    test('accepts one whose entry says that nothing comes back, and refuses its other writes all the same', () => {
      const said = {
        ...consumer('a', [{ prefix: 'in/' }], starts('states:StartExecution')),
        comesBack: false as const,
      };

      expect(() => check(said)).not.toThrow();
      expect(() => check({ ...said, grants: puts('in/*') })).toThrow('a → in/ → a');
    });
  });

  test('accepts a chain that does not come back', () => {
    const consumers = [
      consumer('a', [{ prefix: 'in/' }], puts('raw/*')),
      consumer('b', [{ prefix: 'raw/' }], nothing),
    ];

    expect(() => check(...consumers)).not.toThrow();
  });

  test('refuses exactly the lists in which some consumer can be reached from itself', () => {
    const prefix = fc.constantFrom('a/', 'b/', 'b/c/', 'd/', 'e/');
    const list = fc.array(fc.record({ hears: prefix, writes: fc.array(prefix, { maxLength: 2 }) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(list, (drawn) => {
        const consumers = drawn.map(({ hears, writes }, n) =>
          consumer(`c${n}`, [{ prefix: hears }], (to) => writes.flatMap((keys) => puts(`${keys}*`)(to))),
        );

        const refused = isRefused(consumers);

        expect(refused).toBe(closes(drawn));
      }),
    );
  });
});

const oneSetOfStores = stores();

function isRefused(consumers: ConsumerDefinition[]): boolean {
  try {
    refuseLoops(consumers, oneSetOfStores);
    return false;
  } catch {
    return true;
  }
}

/** Whether some consumer reaches itself: by the transitive closure, the slow and plain way. */
function closes(drawn: readonly { hears: string; writes: readonly string[] }[]): boolean {
  const reaches = drawn.map(({ writes }) =>
    drawn.map(({ hears }) =>
      writes.some((written) => written.startsWith(hears) || hears.startsWith(written)),
    ),
  );
  for (const middle of drawn.keys()) {
    for (const from of drawn.keys()) {
      for (const to of drawn.keys()) {
        if (reaches[from]![middle]! && reaches[middle]![to]!) reaches[from]![to] = true;
      }
    }
  }
  return [...drawn.keys()].some((n) => reaches[n]![n]);
}

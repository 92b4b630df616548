import type { FlowDocument } from '../../../../../cli/console/page/flow-feed.ts';
import type { KnownConsumer, StatusDocument } from '../../../../../cli/console/page/flow/flow-graph.ts';

type ConsumerStatus = StatusDocument['consumers'][number];
type FlowConsumer = FlowDocument['consumers'][number];

const TARGET = { kind: 'local', account: '111122223333', region: 'eu-west-1', stack: 'Sluice-dev' } as const;

export const WRITER: KnownConsumer = { name: 'writer', target: 'function' };

/** A consumer with whom all is well. */
export const consumerStatus = (change: Partial<ConsumerStatus> = {}): ConsumerStatus => ({
  ...WRITER,
  rule: 'enabled',
  mapping: 'enabled',
  waiting: 0,
  inFlight: 0,
  retrying: 0,
  oldestAgeSeconds: null,
  deadLetters: 0,
  ruleDeadLetters: 0,
  failed: 0,
  functionErrors: 0,
  lastError: null,
  keeps: { kind: 'rows', place: 'uploads' },
  ...change,
});

/** A pipeline of one consumer, in which all is well. */
export const statusDocument = (change: Partial<StatusDocument> = {}): StatusDocument => ({
  schemaVersion: 1,
  verb: 'status',
  target: TARGET,
  isHealthy: true,
  at: '2026-11-20T19:02:11.000Z',
  consumers: [consumerStatus()],
  archive: { name: 'archive', state: 'ENABLED', events: 7, bytes: 100, retentionDays: 90 },
  joints: [
    'bucket → bus',
    'bus → archive',
    'writer bus → rule',
    'writer rule',
    'writer rule → queue',
    'writer queue',
    'writer rule → letters',
    'writer queue → letters',
    'writer queue → function',
    'writer function',
    'table uploads',
    'writer start',
    'writer records',
  ].map((name) => ({ name, state: 'ok', detail: 'there' })),
  tally: {},
  problems: [],
  ...change,
});

/** The same in which one check is another one. */
export const statusWith = (
  name: string,
  check: Partial<StatusDocument['joints'][number]>,
  change: Partial<ConsumerStatus> = {},
): StatusDocument =>
  statusDocument({
    consumers: [consumerStatus(change)],
    joints: statusDocument().joints.map((one) => (one.name === name ? { ...one, ...check } : one)),
  });

export const flowDocument = (
  change: Partial<FlowConsumer> = {},
  published: number | null = 7,
): FlowDocument => ({
  schemaVersion: 1,
  verb: 'flow',
  target: TARGET,
  at: '2026-11-20T19:02:11.000Z',
  since: '2026-11-20T18:02:11.000Z',
  countedBy: 'runtime',
  bus: { published, waiting: 0, perSecond: { published: 2.5 } },
  archive: { events: 7 },
  consumers: [
    {
      ...WRITER,
      matched: 7,
      delivered: 7,
      done: 5,
      failed: 0,
      waiting: 2,
      inFlight: 0,
      delayed: 0,
      oldestAgeSeconds: null,
      deadLetters: 0,
      ruleDeadLetters: 0,
      perSecond: { matched: 2.5, done: 12, failed: 3 },
      ...change,
    },
  ],
  unavailable: [],
});

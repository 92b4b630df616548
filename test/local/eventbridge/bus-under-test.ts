import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RuntimeClock, type SavedTime } from '../../../local/clock.ts';
import type { BusDelivery, DeliveryFailure, DeliveryTarget } from '../../../local/eventbridge/deliveries.ts';
import { EventBus } from '../../../local/eventbridge/event-bus.ts';
import { eventBridgeService } from '../../../local/eventbridge/eventbridge-protocol.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import { THIS_MACHINE } from '../../../local/time/running-time.ts';
import { Store } from '../../../local/store.ts';
import { WouldSendRecords } from '../../../local/would-send/would-send-records.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const BUS_ARN = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
export const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const ruleArn = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`;
export const archiveArn = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:archive/${name}`;

const QUEUE_TABLE = `CREATE TABLE IF NOT EXISTS test_message (
  id INTEGER PRIMARY KEY, queue_arn TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT, rule_arn TEXT NOT NULL
) STRICT;`;

export interface Letter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>> | undefined;
  readonly ruleArn: string;
}

/** Queues in the same store as the bus, as in the runtime: a message commits with what the bus does. */
export class TestQueues implements DeliveryTarget {
  /** By queue ARN: why it takes nothing now. */
  readonly failures = new Map<string, DeliveryFailure>();
  /** Called at each delivery: a fault for a test. */
  beforeDelivery: () => void = () => {};
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  deliver({ targetArn: arn, ruleArn: rule, body, attributes }: BusDelivery) {
    this.beforeDelivery();
    const failure = this.failures.get(arn);
    if (failure !== undefined) return failure;
    this.#store
      .prepare('INSERT INTO test_message (queue_arn, body, attributes, rule_arn) VALUES (?, ?, ?, ?)')
      .run(arn, body, attributes === undefined ? null : JSON.stringify(attributes), rule);
    return 'delivered' as const;
  }

  letters(queue: string): Letter[] {
    const rows = this.#store
      .prepare(
        'SELECT body, attributes, rule_arn AS ruleArn FROM test_message WHERE queue_arn = ? ORDER BY id',
      )
      .all(queueArn(queue)) as unknown as { body: string; attributes: string | null; ruleArn: string }[];
    return rows.map((row) => ({
      ...row,
      attributes:
        row.attributes === null ? undefined : (JSON.parse(row.attributes) as Record<string, string>),
    }));
  }

  events(queue: string): Record<string, unknown>[] {
    return this.letters(queue).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }
}

export interface LogLine {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A bus over a real store in a folder of its own, and a clock that the test moves. */
export class BusUnderTest implements AsyncDisposable {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sluice-bus-'));
  readonly log: LogLine[] = [];
  clock!: RuntimeClock;
  store!: Store;
  queues!: TestQueues;
  records!: WouldSendRecords;
  bus!: EventBus;
  #time: SavedTime | undefined;
  #laterMs = 0;
  #gateway: Gateway | undefined;
  #client: EventBridgeClient | undefined;

  readonly #target: (queues: TestQueues, records: WouldSendRecords) => DeliveryTarget;

  /** @param target what the bus delivers to. @default the queues */
  constructor(target: (queues: TestQueues, records: WouldSendRecords) => DeliveryTarget = (it) => it) {
    this.#target = target;
    this.#open();
  }

  #open(): void {
    this.clock = new RuntimeClock({
      saved: this.#time,
      keep: (beat) => {
        this.#time = beat;
      },
      source: { ...THIS_MACHINE, wallMs: () => Date.now() + this.#laterMs },
    });
    this.clock.beat();
    this.store = new Store(this.dataDir);
    this.store.db.exec(QUEUE_TABLE);
    this.queues = new TestQueues(this.store);
    this.records = new WouldSendRecords(this.store, this.clock);
    this.bus = new EventBus({
      store: this.store,
      clock: this.clock,
      target: this.#target(this.queues, this.records),
      wouldSend: this.records,
      accountId: ACCOUNT,
      region: REGION,
      log: (message, details) => void this.log.push({ message, details }),
    });
  }

  /** Drops the process's memory, as `kill -9` would, and opens the folder again, so much later. The bus is not started. */
  crash(laterMs = 0): void {
    this.#laterMs += laterMs;
    this.bus.stop();
    this.clock.stop();
    this.store.close();
    this.#open();
  }

  /** A rule with one queue of the same name, and a dead-letter queue `NAME-dlq` unless it is to have none. */
  rule(
    name: string,
    pattern: object,
    limits: { retries?: number; ageSeconds?: number; letters?: boolean } = {},
  ) {
    this.bus.rules.put({ name, pattern: JSON.stringify(pattern), state: 'ENABLED', description: null });
    this.bus.rules.putTargets(name, [
      {
        id: 'queue',
        arn: queueArn(name),
        deadLetterArn: limits.letters === false ? null : queueArn(`${name}-dlq`),
        maximumRetryAttempts: limits.retries ?? 185,
        maximumEventAgeSeconds: limits.ageSeconds ?? 86_400,
      },
    ]);
  }

  archive(name: string, pattern: object | null = null, retentionDays = 0): void {
    const text = pattern === null ? null : JSON.stringify(pattern);
    this.bus.archives.create({ name, pattern: text, description: null, retentionDays });
    this.bus.wakeSweep();
  }

  /** Puts `test` events into the outbox, one transaction each. */
  enqueue(...events: readonly object[]): void {
    for (const event of events) {
      const text = JSON.stringify({ version: '0', source: 'test', time: '2026-01-01T00:00:00Z', ...event });
      this.store.transaction(() => this.bus.publish(text));
    }
  }

  /** Waits until nothing moves on without the clock. */
  async settle(): Promise<void> {
    do await nextTurn();
    while (this.bus.isBusy());
    await nextTurn();
  }

  async advance(ms: number): Promise<void> {
    const targetMs = this.clock.now() + ms;
    await this.settle();
    while (this.clock.now() < targetMs) {
      this.clock.advance(Math.min(this.clock.nextDueMs() ?? targetMs, targetMs) - this.clock.now());
      await this.settle();
    }
  }

  async client(principal: Principal = { kind: 'operator' }): Promise<EventBridgeClient> {
    this.#gateway = new Gateway();
    this.#gateway.serve({
      targets: { AWSEvents: eventBridgeService(this.bus) },
      services: {},
      principalOf: () => principal,
    });
    const port = await this.#gateway.listen(0);
    this.#client = new EventBridgeClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    return this.#client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.destroy();
    await this.#gateway?.close(0);
    this.bus.stop();
    this.clock.stop();
    this.store.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

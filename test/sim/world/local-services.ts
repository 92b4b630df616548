import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EventBus } from '../../../local/eventbridge/event-bus.ts';
import type { DeliveryTarget } from '../../../local/eventbridge/deliveries.ts';
import { EventSourceMapping } from '../../../local/lambda/event-source-mapping.ts';
import type { LambdaFunction } from '../../../local/lambda/lambda-function.ts';
import type { PolledQueue } from '../../../local/lambda/source-queue.ts';
import type { EventSourceMappingPlan, Plan } from '../../../local/plan.ts';
import { deliveryTarget } from '../../../local/sqs/inside-senders.ts';
import { polledQueue } from '../../../local/sqs/polled-queue.ts';
import { Sqs } from '../../../local/sqs/sqs.ts';
import { DATABASE_FILE, Store } from '../../../local/store.ts';
import type { FunctionUnderSimulation } from './function-under-simulation.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface LocalServicesOptions {
  readonly folder: string;
  readonly plan: Plan;
  readonly clock: VirtualClock;
  readonly functions: ReadonlyMap<string, FunctionUnderSimulation>;
  /** Puts faults between the bus and the queues. */
  readonly aroundTarget: (target: DeliveryTarget) => DeliveryTarget;
  /** Puts faults and checks between a queue and its function. */
  readonly aroundQueue: (queue: PolledQueue, mapping: EventSourceMappingPlan) => PolledQueue;
}

/** The bus, the queues and the pollers of the local runtime, on a data folder: one start of them. */
export class LocalServices {
  readonly store: Store;
  readonly sqs: Sqs;
  readonly bus: EventBus;
  readonly #mappings: readonly EventSourceMapping[];
  readonly #commit: () => void;

  constructor({ folder, plan, clock, functions, aroundTarget, aroundQueue }: LocalServicesOptions) {
    const { region, accountId, endpoint } = plan;
    const file = join(folder, DATABASE_FILE);
    if (!existsSync(file)) writeFileSync(file, emptyDatabase(folder));
    this.store = new Store(folder);
    this.store.db.exec('PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-20000');
    this.store.repeatableTransaction = (work) => this.store.transaction(work);
    this.#commit = inOneTransaction(this.store.db);
    const ground = { store: this.store, clock, region, accountId };
    this.sqs = new Sqs({ ...ground, endpoint });
    this.sqs.provision(plan.queues);
    this.bus = new EventBus({
      ...ground,
      target: aroundTarget(deliveryTarget(this.sqs)),
      log: () => {},
      wouldSend: { add: () => 0 },
    });
    this.bus.provision(plan);
    this.#mappings = plan.mappings.map((mapping) => {
      const lambda = functions.get(mapping.functionName) as unknown as LambdaFunction;
      const queue = aroundQueue(polledQueue(this.sqs, mapping.queueArn), mapping);
      return new EventSourceMapping(mapping, lambda, queue, clock);
    });
    this.bus.start();
    for (const mapping of this.#mappings) mapping.start();
  }

  /** Messages in those queues, visible or not. */
  messagesIn(queueNames: readonly string[]): number {
    const { n } = this.store
      .prepare('SELECT count(*) AS n FROM sqs_message WHERE queue IN (SELECT value FROM json_each(?))')
      .get(JSON.stringify(queueNames)) as { n: number };
    return n;
  }

  /** Bodies and attributes of what is in a queue. */
  letters(queueName: string): readonly { readonly body: string; readonly attributes: string | null }[] {
    return this.store
      .prepare('SELECT body, attributes FROM sqs_message WHERE queue = ? ORDER BY id')
      .all(queueName) as unknown as { body: string; attributes: string | null }[];
  }

  get isBusUnderWay(): boolean {
    const { outbox, deliveries, replays } = this.bus.pending();
    return outbox + deliveries + replays > 0;
  }

  /** As the end of the process does: nothing is tidied up. */
  kill(): void {
    this.#commit();
    this.store.close();
  }
}

let madeOnce: Buffer | undefined;

/** The bytes of a database without rows: its tables are made once a thread. */
function emptyDatabase(folder: string): Buffer {
  if (madeOnce !== undefined) return madeOnce;
  new Store(folder).close();
  madeOnce = readFileSync(join(folder, DATABASE_FILE));
  return madeOnce;
}

/**
 * Makes each transaction of the services a savepoint of one that is committed when they are killed: all or nothing as ever, and as
 * lasting for who reads through this connection, without a write to the file for each.
 *
 * @returns commits them all
 */
function inOneTransaction(db: DatabaseSync): () => void {
  const exec = db.exec.bind(db);
  exec('BEGIN IMMEDIATE');
  const savepoint = db.prepare('SAVEPOINT work');
  const release = db.prepare('RELEASE work');
  const undo = db.prepare('ROLLBACK TO work');
  db.exec = (sql) => {
    if (sql === 'BEGIN IMMEDIATE') savepoint.run();
    else if (sql === 'COMMIT') release.run();
    else if (sql === 'ROLLBACK') {
      undo.run();
      release.run();
    } else exec(sql);
  };
  return () => exec('COMMIT');
}

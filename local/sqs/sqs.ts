import type { QueueStats } from '../../shared/measures.ts';
import type { Cancel, Clock } from '../clock.ts';
import { resourcePolicyAllows } from '../iam.ts';
import { KmsKeys } from '../kms/kms-keys.ts';
import { log } from '../log.ts';
import type { QueuePlan } from '../plan.ts';
import { Pump } from '../pump.ts';
import type { Store } from '../store.ts';
import { Expiry } from './expiry.ts';
import { Messages, type ReceivedMessage } from './messages.ts';
import { MoveTasks } from './move-tasks.ts';
import { PolledMessages } from './polled-messages.ts';
import { queueKeyUse, SENDING } from './queue-key.ts';
import { Queues, type Queue } from './queues.ts';
import { WakeUps } from './wake-ups.ts';

export interface SqsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  /** Called in the transaction that deletes a message, when somebody has done with it. */
  readonly onDeleted?: (queueName: string) => void;
  /** Whose use is asked of senders and receivers. @default those of AWS, which ask nobody */
  readonly keys?: KmsKeys;
}

/** A message that a service brings on behalf of a resource: EventBridge on behalf of a rule. */
export interface ServiceDelivery {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly sourceArn: string;
  readonly queueArn: string;
  readonly body: string;
  /** All of type String. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Why a service's message was not taken. Trying again helps in neither case. */
export interface RefusedDelivery {
  readonly errorCode: 'NO_RESOURCE' | 'NO_PERMISSIONS';
  readonly errorMessage: string;
  readonly retryable: false;
}

/** SQS for the rest of the runtime: without the wire, within the caller's transaction. */
export class Sqs {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: string;
  readonly queues: Queues;
  readonly messages: Messages;
  readonly wakeUps: WakeUps;
  readonly moveTasks: MoveTasks;
  readonly polled: PolledMessages;
  readonly expiry: Expiry;
  readonly keys: KmsKeys;
  readonly #mover: Pump;
  readonly #sweeper: Pump;
  readonly #endpoint: string;

  constructor({ store, clock, region, accountId, endpoint, onDeleted, keys }: SqsOptions) {
    this.keys = keys ?? new KmsKeys({ region, accountId });
    this.#endpoint = endpoint;
    this.store = store;
    this.clock = clock;
    this.accountId = accountId;
    this.queues = new Queues(store, clock, { region, accountId });
    this.wakeUps = new WakeUps(store, clock);
    this.expiry = new Expiry(store, clock, this.queues, this.wakeUps);
    this.messages = new Messages(store, clock, this.queues, this.wakeUps, this.expiry, onDeleted);
    this.polled = new PolledMessages(store, clock);
    this.moveTasks = new MoveTasks(store, clock, this.queues, this.wakeUps, this.expiry);
    this.#mover = new Pump(
      clock,
      () => this.moveTasks.step(),
      (error) => log('messages cannot be moved', { error }),
    );
    this.#sweeper = new Pump(
      clock,
      () => this.expiry.sweep(),
      (error) => log('queues cannot be swept', { error }),
    );
  }

  /** SDKs send a queue's requests to the host of its URL. */
  urlOf({ name }: Queue): string {
    return `${this.#endpoint}/${this.accountId}/${name}`;
  }

  /** Makes the template's queues, and takes back what the pollers of an earlier start had in flight. */
  provision(plans: readonly QueuePlan[]): void {
    this.store.transaction(() => {
      for (const plan of plans) this.queues.provision(plan);
      this.polled.release();
    });
    this.#sweeper.start();
    // a task that was under way at the last stop goes on
    this.#mover.start();
  }

  /** Makes of the queues what a changed template says, while they are in use: what is in flight stays so. */
  change(plans: readonly QueuePlan[]): void {
    this.store.transaction(() => {
      for (const plan of plans) this.queues.provision(plan);
    });
    this.wakeSweep();
  }

  /** A queue was made, or keeps its messages for another time now. */
  wakeSweep(): void {
    this.#sweeper.wake();
  }

  /** A task was started or cancelled. */
  wakeMoveTasks(): void {
    this.#mover.wake();
  }

  /** Sends a message that came from inside the runtime, if the queue's policy lets the service in. */
  deliver(delivery: ServiceDelivery): 'delivered' | RefusedDelivery {
    const refused = this.refusalOf(delivery);
    if (refused !== undefined) return refused;
    this.send(this.queues.withArn(delivery.queueArn)!, delivery.body, delivery.attributes);
    return 'delivered';
  }

  /** Why a service may not send to the queue; `undefined` when it may. */
  refusalOf({
    service,
    sourceArn,
    queueArn,
  }: Pick<ServiceDelivery, 'queueArn' | 'service' | 'sourceArn'>): RefusedDelivery | undefined {
    const queue = this.queues.withArn(queueArn);
    if (queue === undefined) {
      return {
        errorCode: 'NO_RESOURCE',
        errorMessage: `The queue ${queueArn} does not exist.`,
        retryable: false,
      };
    }
    const caller = { service, sourceArn, sourceAccount: this.accountId };
    const call = { ...caller, action: 'sqs:SendMessage', resource: queueArn };
    const why = !resourcePolicyAllows(queue.settings.policy, call)
      ? `The policy of ${queueArn} does not let ${service} send messages for ${sourceArn}.`
      : !this.keys.allowsService(caller, { ...queueKeyUse(queue), actions: SENDING })
        ? `The policy of the key of ${queueArn} does not let ${service} use it for ${sourceArn}.`
        : undefined;
    if (why === undefined) return undefined;
    return { errorCode: 'NO_PERMISSIONS', errorMessage: why, retryable: false };
  }

  /** Sends a message without asking the queue's policy. */
  send(queue: Queue, body: string, attributes: Readonly<Record<string, string | number>> = {}): void {
    this.messages.send(queue, {
      body,
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
        ]),
      ),
    });
  }

  /** Takes messages for a function, which gets them later. */
  poll(queue: Queue, most: number): ReceivedMessage[] {
    return this.messages.receive(queue, most, { isGathering: true });
  }

  /** Calls `listener` whenever messages of the queue may have become visible. */
  onMessages({ name }: Queue, listener: () => void): Cancel {
    return this.wakeUps.on(name, listener);
  }

  stats(queue: Queue): QueueStats {
    const nowMs = this.clock.now();
    const row = this.store
      .prepare(
        `SELECT count(*) FILTER (WHERE visible_at <= :now) AS visible,
                count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL) AS inFlight,
                count(*) FILTER (WHERE visible_at > :now AND receipt IS NULL) AS delayed,
                min(sent_at) AS oldest
         FROM sqs_message WHERE queue = :queue AND sent_running > :expired`,
      )
      .get({ now: nowMs, queue: queue.name, expired: this.expiry.cutoffMs(queue) }) as {
      visible: number;
      inFlight: number;
      delayed: number;
      oldest: number | null;
    };
    const { visible, inFlight, delayed, oldest } = row;
    return { visible, inFlight, delayed, ...(oldest !== null && { oldestSentAtMs: oldest }) };
  }

  stop(): void {
    this.#mover.stop();
    this.#sweeper.stop();
    this.wakeUps.stop();
  }
}

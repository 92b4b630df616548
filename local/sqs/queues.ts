import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { QueuePlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { settingsOfPlan, type QueueSettings } from './queue-settings.ts';

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly settings: QueueSettings;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

interface QueueRow {
  readonly name: string;
  readonly settings: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

/** The queues that exist, kept in memory as well: every call names one. */
export class Queues {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #arnPrefix: string;
  readonly #byName = new Map<string, Queue>();

  constructor(store: Store, clock: Clock, { region, accountId }: { region: string; accountId: string }) {
    this.#store = store;
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:sqs:${region}:${accountId}:`;
    const rows = store.prepare(
      'SELECT name, settings, created_at AS createdAtMs, modified_at AS modifiedAtMs FROM sqs_queue',
    );
    for (const row of rows.all() as unknown as QueueRow[]) {
      const settings = JSON.parse(row.settings) as QueueSettings;
      this.#byName.set(row.name, { ...row, arn: this.#arnPrefix + row.name, settings });
    }
  }

  /** Makes the template's queue, or gives one that is there the template's settings; its messages stay. */
  provision(plan: QueuePlan): void {
    const settings = settingsOfPlan(plan);
    if (this.#byName.has(plan.name)) this.change(plan.name, settings);
    else this.create(plan.name, settings);
  }

  create(name: string, settings: QueueSettings): Queue {
    const nowMs = this.#clock.now();
    this.#store
      .prepare('INSERT INTO sqs_queue (name, settings, created_at, modified_at) VALUES (?, ?, ?, ?)')
      .run(name, JSON.stringify(settings), nowMs, nowMs);
    const queue = { name, arn: this.#arnPrefix + name, settings, createdAtMs: nowMs, modifiedAtMs: nowMs };
    this.#byName.set(name, queue);
    return queue;
  }

  change(name: string, settings: QueueSettings): void {
    const queue = this.named(name);
    const modifiedAtMs = this.#clock.now();
    this.#store
      .prepare('UPDATE sqs_queue SET settings = ?, modified_at = ? WHERE name = ?')
      .run(JSON.stringify(settings), modifiedAtMs, name);
    this.#byName.set(name, { ...queue, settings, modifiedAtMs });
  }

  delete(name: string): void {
    this.#store.prepare('DELETE FROM sqs_queue WHERE name = ?').run(name);
    this.#byName.delete(name);
  }

  all(): Queue[] {
    return [...this.#byName.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  /** @throws AwsError `QueueDoesNotExist` */
  named(name: string): Queue {
    return this.find(name) ?? notThere();
  }

  /** `undefined` for a queue that does not exist, or lies in another Region or account. */
  withArn(arn: string): Queue | undefined {
    return arn.startsWith(this.#arnPrefix) ? this.find(arn.slice(this.#arnPrefix.length)) : undefined;
  }

  /** By the last part of the URL: the host and port may be those of an earlier start. @throws AwsError `QueueDoesNotExist` */
  withUrl(url: string): Queue {
    return this.named(url.slice(url.lastIndexOf('/') + 1));
  }
}

function notThere(): never {
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

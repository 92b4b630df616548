import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { Expiry } from './expiry.ts';
import type { Queue, Queues } from './queues.ts';
import type { WakeUps } from './wake-ups.ts';

type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';

export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  /** Null: each message goes back to the queue that gave it up. */
  readonly destinationArn: string | null;
  /** Null: as fast as it goes. */
  readonly perSecond: number | null;
  readonly status: MoveTaskStatus;
  readonly moved: number;
  /** When it was started. */
  readonly toMove: number;
  readonly failureReason: string | null;
  readonly startedAt: number;
}

const PORTION = 100;
const SECOND_MS = 1_000;
const COLUMNS = `handle, source_arn AS sourceArn, destination_arn AS destinationArn, per_second AS perSecond, status, moved,
  to_move AS toMove, failure_reason AS failureReason, started_at AS startedAt`;
const ACTIVE = "status IN ('RUNNING', 'CANCELLING')";

/**
 * Moves messages out of a queue's dead-letter queue, in small transactions, so that a task goes on where a kill left it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export class MoveTasks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queues: Queues;
  readonly #wakeUps: WakeUps;
  readonly #expiry: Expiry;

  constructor(store: Store, clock: Clock, queues: Queues, wakeUps: WakeUps, expiry: Expiry) {
    this.#store = store;
    this.#clock = clock;
    this.#queues = queues;
    this.#wakeUps = wakeUps;
    this.#expiry = expiry;
  }

  /** @throws AwsError `ResourceNotFoundException`; `InvalidParameterValue` for a queue that is nobody's, or has a task under way */
  start(sourceArn: string, destinationArn: string | undefined, perSecond: number | undefined): string {
    const source = this.#existing(sourceArn);
    if (destinationArn !== undefined) this.#existing(destinationArn);
    if (!this.#isDeadLetterQueue(source)) {
      throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    if (this.list(sourceArn).some(({ status }) => status === 'RUNNING' || status === 'CANCELLING')) {
      throw new AwsError(
        'InvalidParameterValue',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64');
    this.#store
      .prepare(
        `INSERT INTO sqs_move_task (handle, source_arn, destination_arn, per_second, status, moved, to_move, started_at)
         VALUES (?, ?, ?, ?, 'RUNNING', 0, ?, ?)`,
      )
      .run(
        handle,
        sourceArn,
        destinationArn ?? null,
        perSecond ?? null,
        this.#visible(source, -1).length,
        this.#clock.now(),
      );
    return handle;
  }

  /** The newest first. */
  list(sourceArn: string): readonly MoveTask[] {
    return this.#store
      .prepare(`SELECT ${COLUMNS} FROM sqs_move_task WHERE source_arn = ? ORDER BY rowid DESC`)
      .all(sourceArn) as unknown as MoveTask[];
  }

  /** @returns how many it has moved @throws AwsError `ResourceNotFoundException`; `UnsupportedOperation` when it has ended */
  cancel(handle: string): number {
    const { status, moved } = this.get(handle);
    if (status !== 'RUNNING') {
      throw new AwsError(
        'UnsupportedOperation',
        `The task is ${status}: only a running one can be cancelled.`,
      );
    }
    this.#store.prepare("UPDATE sqs_move_task SET status = 'CANCELLING' WHERE handle = ?").run(handle);
    return moved;
  }

  /** @throws AwsError `InvalidParameterValue` for what is no handle, `ResourceNotFoundException` */
  get(handle: string): MoveTask {
    if (!isHandle(handle)) {
      throw new AwsError('InvalidParameterValue', 'Value for parameter TaskHandle is invalid.');
    }
    const task = this.#store.prepare(`SELECT ${COLUMNS} FROM sqs_move_task WHERE handle = ?`).get(handle);
    if (task === undefined) throw new AwsError('ResourceNotFoundException', 'The task does not exist.', 404);
    return task as unknown as MoveTask;
  }

  active(): number {
    const { n } = this.#store.prepare(`SELECT count(*) AS n FROM sqs_move_task WHERE ${ACTIVE}`).get() as {
      n: number;
    };
    return n;
  }

  /** Whether some task could go on without the clock moving: one with a rate waits for it. */
  isBusy(): boolean {
    const { n } = this.#store
      .prepare(`SELECT count(*) AS n FROM sqs_move_task WHERE ${ACTIVE} AND per_second IS NULL`)
      .get() as { n: number };
    return n > 0;
  }

  /** Moves every active task on by a portion. @returns when to be called next */
  step(): number | undefined {
    const tasks = this.#store
      .prepare(`SELECT ${COLUMNS} FROM sqs_move_task WHERE ${ACTIVE}`)
      .all() as unknown as MoveTask[];
    const due = tasks.flatMap((task) => this.#store.transaction(() => this.#advance(task)) ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  // a destination that was deleted meanwhile fails the task; what SQS did not move there came from nowhere
  #failureOf(destinationArn: string | null): string {
    return destinationArn === null
      ? 'CouldNotDetermineMessageSource'
      : 'AWS.SimpleQueueService.NonExistentQueue';
  }

  #advance({
    handle,
    sourceArn,
    destinationArn,
    perSecond,
    status,
    moved,
    startedAt,
  }: MoveTask): number | undefined {
    const nowMs = this.#clock.now();
    if (status === 'CANCELLING') return this.#end(handle, 'CANCELLED');
    const source = this.#queues.withArn(sourceArn);
    if (source === undefined) return this.#end(handle, 'FAILED', 'AWS.SimpleQueueService.NonExistentQueue');
    const allowed =
      perSecond === null ? PORTION : Math.floor(((nowMs - startedAt) / SECOND_MS) * perSecond) + 1 - moved;
    if (allowed <= 0) return startedAt + Math.ceil((moved / (perSecond ?? 1)) * SECOND_MS);
    const messages = this.#visible(source, Math.min(PORTION, allowed));
    if (messages.length === 0) return this.#end(handle, 'COMPLETED');
    let count = 0;
    for (const { id, deadLetterSource } of messages) {
      const target = this.#queues.withArn(destinationArn ?? deadLetterSource ?? '');
      if (target === undefined) {
        this.#count(handle, count);
        return this.#end(handle, 'FAILED', this.#failureOf(destinationArn));
      }
      this.#move(id, target, nowMs);
      count++;
    }
    this.#count(handle, count);
    return nowMs;
  }

  /** As in AWS it is a new message then: its id, its receives and its retention begin anew. */
  #move(id: number, target: Queue, nowMs: number): void {
    const visibleAtMs = nowMs + target.settings.delaySeconds * SECOND_MS;
    this.#store
      .prepare(
        `UPDATE sqs_message SET queue = ?, message_id = ?, sent_at = ?, sent_running = ?, visible_at = ?, receive_count = 0,
           given_back = 0, receipt = NULL, receiver = NULL, first_received_at = NULL, dead_letter_source = NULL WHERE id = ?`,
      )
      .run(target.name, randomUUID(), nowMs, this.#clock.runningMs(), visibleAtMs, id);
    this.#wakeUps.visibleAt(target.name, visibleAtMs);
  }

  /** @param most -1 for all */
  #visible(queue: Queue, most: number): readonly { id: number; deadLetterSource: string | null }[] {
    return this.#store
      .prepare(
        `SELECT id, dead_letter_source AS deadLetterSource FROM sqs_message
         WHERE queue = ? AND visible_at <= ? AND sent_running > ? ORDER BY visible_at, id LIMIT ?`,
      )
      .all(queue.name, this.#clock.now(), this.#expiry.cutoffMs(queue), most) as unknown as {
      id: number;
      deadLetterSource: string | null;
    }[];
  }

  #count(handle: string, moved: number): void {
    this.#store.prepare('UPDATE sqs_move_task SET moved = moved + ? WHERE handle = ?').run(moved, handle);
  }

  #end(handle: string, status: MoveTaskStatus, failureReason: string | null = null): undefined {
    this.#store
      .prepare('UPDATE sqs_move_task SET status = ?, failure_reason = ? WHERE handle = ?')
      .run(status, failureReason, handle);
  }

  #existing(arn: string): Queue {
    const queue = this.#queues.withArn(arn);
    if (queue !== undefined) return queue;
    throw new AwsError(
      'ResourceNotFoundException',
      `The resource that you specified does not exist: ${arn}`,
      404,
    );
  }

  #isDeadLetterQueue({ arn }: Queue): boolean {
    return this.#queues.all().some(({ settings }) => settings.redrive?.deadLetterTargetArn === arn);
  }
}

/** A handle says which task of which queue it is. */
function isHandle(text: string): boolean {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(text, 'base64').toString()) as Record<
      string,
      unknown
    >;
    return typeof taskId === 'string' && typeof sourceArn === 'string';
  } catch {
    return false;
  }
}

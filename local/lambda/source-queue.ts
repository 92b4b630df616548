import type { Cancel } from '../clock.ts';

/** A message as a function's event has it. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A queue, to be polled from inside the process. */
export interface PolledQueue {
  readonly arn: string;
  /** Takes visible messages in flight, several calls of one batch in one transaction. */
  receive(most: number): readonly SqsRecord[];
  /** A function gets them now: they count as received from here on. */
  begin(receiptHandles: readonly string[]): void;
  /** The function has failed on them; they come again when they are visible. */
  fail(receiptHandles: readonly string[]): void;
  /** Keeps those that a function has in hand invisible for the queue's visibility timeout from now on. @returns how long that is, in ms */
  hide(receiptHandles: readonly string[]): number;
  delete(receiptHandles: readonly string[]): void;
  onMessages(listener: () => void): Cancel;
  transaction<T>(work: () => T): T;
}

import type { LastError } from './last-error.ts';

/** What no queue and no rule tells by itself. A consumer without a function has no failures, and one without a queue no age. */
export interface Observation {
  /** Age of the oldest message that waits; undefined when none does, or when it is not known. */
  readonly oldestAgeMs: number | undefined;
  /** Invocations that failed as a whole. */
  readonly functionErrors: number;
  /** Messages that were tried in vain, each time counted. */
  readonly failed: number;
  /**
   * Messages that failed and will come again. In AWS nobody can ask: undefined, and what is in flight holds them.
   */
  readonly retrying: number | undefined;
  /** Whether something failed so lately that its message is still on its way round. */
  readonly isFailing: boolean;
  /** The newest failure, of a consumer that fails. */
  readonly lastError?: LastError | undefined;
  /** Why no process of the function comes to load its handler; only the local runtime knows. */
  readonly startFailure?: string | undefined;
  /** Why its queue cannot be polled; only the local runtime knows. */
  readonly trouble?: string | undefined;
}

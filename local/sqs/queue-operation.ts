import type { ServiceRequest } from '../gateway.ts';
import type { Input } from '../protocols/input.ts';
import type { Queue } from './queues.ts';

/** One operation on a queue that exists. */
export interface QueueOperation {
  /** The action that a caller must be allowed, where it is another one: a batch needs that of the single call. */
  readonly action?: string;
  readonly answer: (queue: Queue, input: Input, request: ServiceRequest) => unknown;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionOptions } from '../pipeline/connection.ts';
import type { KeptPipeline } from './kept-pipeline.ts';
import type { VerbRuns } from './verb-runs.ts';

/** A call of the page, as it has passed the door. */
export interface ConsoleRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What the console was started with. */
  readonly target: ConnectionOptions;
  readonly readOnly: boolean;
  readonly startCommand: string;
  readonly runs: VerbRuns;
  readonly pipeline: KeptPipeline;
}

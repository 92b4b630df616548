import type { Exchange } from './exchange.ts';
import type { OperationName } from './honoured-inputs.ts';
import type { S3Context } from './s3-context.ts';

/** When a request is meant for an operation, and what runs it; what it may be asked with is in honoured-inputs.ts. */
export interface Route<Args extends readonly unknown[]> {
  readonly operation: OperationName;
  readonly method: string;
  /** The query parameter that names the operation: `uploads`, `versions`; several must all be there. */
  readonly marks?: readonly string[];
  /** A header that names it. */
  readonly header?: string;
  run(context: S3Context, exchange: Exchange, ...args: Args): void | Promise<void>;
}

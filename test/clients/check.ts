import type { Credentials } from '../../shared/credentials.ts';
import type { PipelineUnderTest } from '../support/pipeline.ts';

/** Where a client works: a pipeline, and files to send to it. */
export interface Place extends AsyncDisposable {
  readonly pipeline: PipelineUnderTest;
  readonly endpoint: string;
  readonly bucket: string;
  /** What clients sign with. */
  readonly credentials: Credentials;
  /** Holds `small.csv` (4 rows), `large.csv` (9 MB, in parts for every client) and `tree/` (two CSVs). */
  readonly folder: string;
}

/** What the pipeline must make of an object in the end. */
export interface Outcome {
  /** Rows of the CSV; `deleted` when the client has removed it. */
  readonly rows: number | 'deleted';
  /** How many changes S3 has told of: each once. */
  readonly events: number;
}

interface Check {
  /** `copies above 8 MB` */
  readonly what: string;
  readonly run: (place: Place) => Promise<void>;
}

/** An ordinary client, and what it is tried with, in this order. */
export interface Client {
  readonly name: string;
  /** Whether this machine has it. */
  isHere(): boolean;
  readonly checks: readonly Check[];
  /** By the key below the client's own prefix, `csv/NAME/`. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

export const prefixOf = ({ name }: Pick<Client, 'name'>): string => `csv/${name.replaceAll(' ', '-')}/`;

/** A header is a row too. */
export const ROWS = { small: 4, large: 450_001, tree: 2 };

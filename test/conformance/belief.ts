import { setTimeout as pause } from 'node:timers/promises';
import type { Eavesdropper, HeardEvent } from '../support/eavesdropper.ts';
import type { Clients, Outputs } from './target.ts';

/** What a check works with. */
export interface Bench extends Clients {
  readonly outputs: Outputs;
  /** Begins every key of this run. */
  readonly prefix: string;
  readonly put: (key: string, body?: string) => Promise<string>;
  readonly remove: (key: string, versionId?: string) => Promise<string>;
  /** Waits until so many events of the key have been heard. */
  readonly heard: (key: string, count: number) => Promise<HeardEvent[]>;
  /** The key's row in one of the tables, once it is as wanted. */
  readonly row: (table: 'metadata' | 'counts', key: string, isWanted: (row: Row) => boolean) => Promise<Row>;
  readonly eavesdropper: Eavesdropper;
  readonly asked: Asked;
  /** Prints what was seen beside the belief, which nobody judges. */
  readonly tell: (what: string) => void;
}

/** What the command line asks for beside the steps that every run takes. */
export interface Asked {
  readonly withReplay: boolean;
  /** Location of the manifest of an inventory that S3 wrote. */
  readonly inventory?: string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

export interface Check {
  readonly belief: string;
  /** @returns what was seen instead, or why nothing was looked at; nothing when it is as believed */
  readonly run: (bench: Bench) => Promise<string | NotLookedAt | undefined>;
}

/** Neither as believed nor otherwise: this deployment, or this command line, gives the step nothing to look at. */
export interface NotLookedAt {
  /** What would give it something: `give --with-replay` */
  readonly why: string;
}

export const notLookedAt = (why: string): NotLookedAt => ({ why });

const PATIENCE_MS = 180_000;

/** What was seen, where it is not as believed. */
export const differs = (holds: boolean, seen: unknown): string | undefined =>
  holds ? undefined : JSON.stringify(seen);

/** Asks again until there is an answer. @throws Error after three minutes: S3's events usually take seconds */
export async function patiently<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited three minutes for ${what}`);
    await pause(250);
  }
}

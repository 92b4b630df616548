import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';

const DIGITS = /^[A-Za-z0-9._]{32}$/;

/**
 * Numbers every change of every key, later ones higher: also over a restart, and when the clock jumps back, since the
 * last number is kept in the store. As S3's own, a sequencer is Unix seconds and a fraction, here as 16 hex digits.
 */
export class Sequence {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The next number. Inside the transaction of the change that it numbers. */
  next(): string {
    const row = this.#store.prepare('SELECT last FROM s3_sequencer').get() as { last: string } | undefined;
    const last = BigInt(`0x${row?.last ?? '0'}`);
    const now = (BigInt(this.#clock.now()) << 32n) / 1_000n;
    const next = (now > last ? now : last + 1n).toString(16).padStart(16, '0');
    this.#store.prepare('INSERT OR REPLACE INTO s3_sequencer (id, last) VALUES (0, ?)').run(next);
    return next;
  }
}

/** `0055AED6DCD90281E5`: how S3 writes a sequencer in its events today. */
export function eventSequencer(sequencer: string): string {
  return `00${sequencer.toUpperCase()}`;
}

/** A version id in S3's look: 32 characters that say nothing, except to `sequencerOf`. */
export function newVersionId(sequencer: string): string {
  const random = randomBytes(16);
  const masked = Buffer.from(sequencer, 'hex').map((byte, index) => byte ^ random[index]!);
  return Buffer.concat([random.subarray(0, 8), masked, random.subarray(8)])
    .toString('base64url')
    .replaceAll('-', '.');
}

/**
 * The sequencer of the version: its place among the versions of its key, which a listing can go on from even when
 * the version itself is gone. `undefined` when the text is no version id of ours.
 */
export function sequencerOf(versionId: string): string | undefined {
  if (!DIGITS.test(versionId)) return undefined;
  const bytes = Buffer.from(versionId.replaceAll('.', '-'), 'base64url');
  return Buffer.from(bytes.subarray(8, 16).map((byte, index) => byte ^ bytes[index]!)).toString('hex');
}

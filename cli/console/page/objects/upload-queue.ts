import { signal } from '@preact/signals';
import type { Trouble } from '../server.ts';

type UploadState = 'waiting' | 'sending' | 'done' | 'failed' | 'stopped';

/** A file on its way to its key. */
export interface UploadedFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly state: UploadState;
  /** Why it failed. */
  readonly trouble?: Trouble | undefined;
}

/** How it stands in all. */
export interface UploadsView {
  readonly files: readonly UploadedFile[];
  readonly counts: Readonly<Record<UploadState, number>>;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  /** Over the last seconds; undefined while nothing is sent, or nobody can tell yet. */
  readonly bytesPerSecond: number | undefined;
}

/** Sends one file. @throws what is a `Trouble` */
export type SendFile<Body> = (
  key: string,
  body: Body,
  options: { readonly signal: AbortSignal; readonly onSent: (bytes: number) => void },
) => Promise<void>;

/** A browser talks to one server over six connections: what is live and what is asked need two of them. */
const AT_A_TIME = 4;
/** What is drawn need not be newer. */
const SHOWN_EVERY_MS = 150;
const RATE_OVER_MS = 5_000;

interface Item<Body> {
  file: UploadedFile;
  readonly body: Body;
}

/** Files that are uploaded a few at a time, whichever page is open. */
export class UploadQueue<Body> {
  /** Undefined before the first file. */
  readonly view = signal<UploadsView | undefined>(undefined);
  readonly #send: SendFile<Body>;
  #items: Item<Body>[] = [];
  #stop = new AbortController();
  #inHand = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen: { readonly at: number; readonly bytes: number }[] = [];

  constructor(send: SendFile<Body>) {
    this.#send = send;
  }

  get isBusy(): boolean {
    return this.#items.some(({ file: { state } }) => state === 'waiting' || state === 'sending');
  }

  /** A key that is there already is sent anew. */
  add(files: readonly { readonly key: string; readonly sizeBytes: number; readonly body: Body }[]): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    const added = files.map(({ key, sizeBytes, body }): Item<Body> => ({
      file: { key, sizeBytes, sentBytes: 0, state: 'waiting' },
      body,
    }));
    const keys = new Set(files.map(({ key }) => key));
    const kept = this.#items.filter(({ file }) => !keys.has(file.key) || file.state === 'sending');
    this.#items = [...kept, ...added];
    this.#seen = [];
    this.#fill();
    this.#show();
  }

  /** Leaves what waits, and breaks off what is being sent, of which nothing stays. */
  stop(): void {
    this.#stop.abort();
    for (const item of this.#items) if (item.file.state === 'waiting') this.#set(item, { state: 'stopped' });
    this.#show();
  }

  /** Tries again what failed or was stopped. */
  again(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    for (const item of this.#items) {
      if (item.file.state !== 'failed' && item.file.state !== 'stopped') continue;
      this.#set(item, { state: 'waiting', sentBytes: 0, trouble: undefined });
    }
    this.#seen = [];
    this.#fill();
    this.#show();
  }

  /** Forgets what is over. */
  clear(): void {
    this.#items = this.#items.filter(({ file: { state } }) => state === 'waiting' || state === 'sending');
    this.#show();
  }

  #fill(): void {
    for (const item of this.#items) {
      if (this.#inHand >= AT_A_TIME) return;
      if (item.file.state === 'waiting') void this.#upload(item);
    }
  }

  async #upload(item: Item<Body>): Promise<void> {
    const { signal } = this.#stop;
    this.#inHand += 1;
    this.#set(item, { state: 'sending' });
    try {
      await this.#send(item.file.key, item.body, {
        signal,
        onSent: (bytes) => {
          if (item.file.state !== 'sending') return;
          this.#set(item, { sentBytes: Math.min(bytes, item.file.sizeBytes) });
          this.#showSoon();
        },
      });
      this.#set(item, { state: 'done', sentBytes: item.file.sizeBytes });
    } catch (error) {
      const { message, nextStep } = error as Trouble;
      if (signal.aborted) this.#set(item, { state: 'stopped', sentBytes: 0 });
      else this.#set(item, { state: 'failed', sentBytes: 0, trouble: { message, nextStep } });
    }
    this.#inHand -= 1;
    this.#fill();
    if (this.isBusy) this.#showSoon();
    else this.#show();
  }

  #set(item: Item<Body>, change: Partial<UploadedFile>): void {
    item.file = { ...item.file, ...change };
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => this.#show(), SHOWN_EVERY_MS);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#items.length === 0) {
      this.view.value = undefined;
      return;
    }
    const files = this.#items.map(({ file }) => file);
    const counts = { waiting: 0, sending: 0, done: 0, failed: 0, stopped: 0 };
    for (const { state } of files) counts[state] += 1;
    const sentBytes = files.reduce((sum, file) => sum + file.sentBytes, 0);
    this.view.value = {
      files,
      counts,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      sentBytes,
      bytesPerSecond: this.#rate(sentBytes),
    };
  }

  #rate(bytes: number): number | undefined {
    const at = performance.now();
    this.#seen = [...this.#seen.filter((one) => one.at > at - RATE_OVER_MS), { at, bytes }];
    const { at: since, bytes: before } = this.#seen[0]!;
    // what failed is sent again: that is no speed
    return !this.isBusy || at - since < 1_000
      ? undefined
      : Math.max(0, ((bytes - before) * 1_000) / (at - since));
  }
}

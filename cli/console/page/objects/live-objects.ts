import { signal } from '@preact/signals';
import type { Trouble } from '../server.ts';
import { Allowance } from '../pace.ts';
import {
  firstPage,
  newerThan,
  pagesWithin,
  refreshed,
  withHead,
  withMore,
  withoutFar,
  withPage,
  type AnsweredPage,
  type ListedPages,
  type ListOrder,
} from './listed-pages.ts';
import type { Stretch } from './stretch.ts';

/** Asks the verb. @throws what is a `Trouble` */
export type AskStretch<Answer extends AnsweredPage> = (
  stretch: Stretch,
  signal: AbortSignal,
) => Promise<Answer>;

/** One look for so many objects; a verb looks for up to 1,000 at once. */
export const PAGE = 200;
const MOST_AT_ONCE = 1_000;
/** Rows kept above and below what is seen. */
const KEPT = 2_000;
/** Rows asked for before they are seen. */
const MARGIN = 30;
/** The list of objects as it is seen: asks for what comes into sight, and again for what is in sight when something has changed. */
export class LiveObjects<Answer extends AnsweredPage> {
  readonly list = signal<ListedPages | undefined>(undefined);
  /** How many objects have come that are not shown, so that what is read stays where it is. */
  readonly held = signal(0);
  readonly trouble = signal<Trouble | undefined>(undefined);
  readonly isAsking = signal(false);
  /** The last answer, for what it says of the whole list. */
  readonly answer = signal<Answer | undefined>(undefined);
  /** Where the reader was, for who comes back. */
  scrolledTo = 0;
  readonly #order: ListOrder;
  readonly #ask: AskStretch<Answer>;
  readonly #drawn: () => Promise<void>;
  #stop = new AbortController();
  #seen = { first: 0, end: 0 };
  #wantsMore = false;
  #wantsShown = false;
  #hasChanged = false;
  readonly #allowance = new Allowance();
  #restsUntil = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param drawn when what was changed is on the screen, which takes its part of the time too */
  constructor(order: ListOrder, ask: AskStretch<Answer>, drawn: () => Promise<void>) {
    this.#order = order;
    this.#ask = ask;
    this.#drawn = drawn;
  }

  /** Begins, or goes on after `stop`. */
  start(): void {
    this.#stop = new AbortController();
    if (this.list.value !== undefined) this.#hasChanged = true;
    void this.#work();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.isAsking.value = false;
  }

  /** These rows are in sight. */
  see(first: number, end: number): void {
    this.#seen = { first, end };
    const list = this.list.value;
    if (list !== undefined) this.list.value = withoutFar(list, first, end, KEPT);
    void this.#work();
  }

  /** The end of the list is near. */
  more(): void {
    this.#wantsMore = true;
    void this.#work();
  }

  /** Something has changed, perhaps here. */
  changed(): void {
    this.#hasChanged = true;
    void this.#work();
  }

  /** Asks at once, whatever was wrong. */
  again(): void {
    this.#restsUntil = 0;
    this.changed();
  }

  /** Shows what was held back. */
  show(): void {
    this.#wantsShown = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.isAsking.value || this.#stop.signal.aborted) return;
    const { signal } = this.#stop;
    this.isAsking.value = true;
    try {
      for (let task = this.#task(); task !== undefined; task = this.#task()) {
        await task(signal);
        if (signal.aborted) return;
        this.trouble.value = undefined;
      }
    } catch (error) {
      if (signal.aborted) return;
      const { message, nextStep } = error as Trouble;
      this.trouble.value = { message, nextStep };
    } finally {
      if (!signal.aborted) this.isAsking.value = false;
    }
  }

  /** What is to be asked next: what is in sight first. */
  #task(): ((signal: AbortSignal) => Promise<void>) | undefined {
    const list = this.list.value;
    if (list === undefined) return (signal) => this.#begin(signal);
    if (this.#wantsShown) return (signal) => this.#showHeld(list, signal);
    const { first, end } = this.#seen;
    const away = pagesWithin(list, first - MARGIN, end + MARGIN).find(
      (index) => list.pages[index]?.objects === undefined,
    );
    if (away !== undefined) return (signal) => this.#bring(away, signal);
    if (this.#wantsMore && list.next !== undefined) return (signal) => this.#goOn(signal);
    this.#wantsMore = false;
    if (!this.#hasChanged) return undefined;
    const restMs = this.#restsUntil - performance.now();
    if (restMs <= 0) return (signal) => this.#lookAgain(signal);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#work(), restMs);
    return undefined;
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const answer = await this.#asked({ after: undefined }, signal);
    this.list.value = firstPage(this.#order, answer);
  }

  async #goOn(signal: AbortSignal): Promise<void> {
    const answer = await this.#asked({ after: this.list.value?.next }, signal);
    this.#change((list) => withMore(list, answer));
    // a page may be empty, and not the last
    this.#wantsMore = answer.objects.length === 0;
  }

  async #bring(index: number, signal: AbortSignal): Promise<void> {
    const answer = await this.#askedPage(index, 0, signal);
    this.#change((list) => withPage(list, index, answer));
  }

  async #showHeld(list: ListedPages, signal: AbortSignal): Promise<void> {
    if (this.#order === 'newest' || this.#isAtTop) {
      const answer = await this.#asked({ after: undefined }, signal);
      this.#change((now) => withHead(now, answer));
    } else {
      const { first, end } = this.#seen;
      // from the last one, so that the others stay at their places
      for (const index of pagesWithin(list, first, end).toReversed()) {
        const answer = await this.#askedPage(index, this.held.value, signal);
        this.#change((now) => withPage(now, index, answer));
      }
    }
    this.#wantsShown = false;
    this.held.value = 0;
  }

  /** What is in sight, and whether anything is newer. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    this.#hasChanged = false;
    const begun = performance.now();
    try {
      if (this.#isAtTop) {
        // what is in sight and a little more: a whole page would be looked up again and again, and nobody sees it
        const limit = Math.min(PAGE, this.#seen.end + MARGIN);
        const answer = await this.#asked({ after: undefined, limit }, signal);
        this.#change((list) => withHead(list, answer));
        this.held.value = 0;
      } else {
        this.held.value = (await this.#newer(signal)) + (await this.#refreshSeen(signal));
      }
      await this.#drawn();
    } finally {
      const now = performance.now();
      this.#restsUntil = now + this.#allowance.restAfter(now - begun);
    }
  }

  async #newer(signal: AbortSignal): Promise<number> {
    if (this.#order === 'key') return 0;
    const answer = await this.#ask({ after: undefined, limit: PAGE, hasOutcomes: false }, signal);
    return this.list.value === undefined ? 0 : newerThan(this.list.value, answer);
  }

  async #refreshSeen(signal: AbortSignal): Promise<number> {
    const { first, end } = this.#seen;
    let count = 0;
    for (const index of pagesWithin(this.list.value!, first, end)) {
      const answer = await this.#askedPage(index, 0, signal);
      this.#change((list) => {
        const { list: now, held } = refreshed(list, index, answer);
        count += held.length;
        return now;
      });
    }
    // among the newest they are counted already
    return this.#order === 'key' ? count : 0;
  }

  get #isAtTop(): boolean {
    return this.#seen.first === 0;
  }

  #change(change: (list: ListedPages) => ListedPages): void {
    if (this.list.value !== undefined) this.list.value = change(this.list.value);
  }

  async #askedPage(index: number, more: number, signal: AbortSignal): Promise<Answer> {
    const page = this.list.value?.pages[index];
    const limit = Math.min(MOST_AT_ONCE, Math.max(1, (page?.rows ?? PAGE) + more));
    return await this.#asked({ after: page?.after, limit }, signal);
  }

  async #asked(
    { after, limit = PAGE }: { readonly after: string | undefined; readonly limit?: number },
    signal: AbortSignal,
  ): Promise<Answer> {
    const answer = await this.#ask({ after, limit, hasOutcomes: true }, signal);
    signal.throwIfAborted();
    this.answer.value = answer;
    return answer;
  }
}

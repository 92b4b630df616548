import type { WouldSend, WouldSendPage } from '../../shared/control-api.ts';
import type { LocalControl } from '../pipeline/local-control.ts';

/** Which of what would have been sent is meant. */
export interface WouldSendSearch {
  /** @default whatever it is about, be it an object or not */
  readonly bucket?: string;
  /** @default any */
  readonly key?: string;
}

/** What would have left this machine, were it AWS, newest first; a page in memory at a time. */
export async function* wouldSend(control: LocalControl, search: WouldSendSearch): AsyncGenerator<WouldSend> {
  let after: string | undefined;
  do {
    const page: WouldSendPage = await control.ask('would-send', { ...search, after });
    yield* page.events;
    after = page.next;
  } while (after !== undefined);
}

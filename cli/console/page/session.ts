import { signal } from '@preact/signals';
import type { target } from '../../terminal/document.ts';
import type { DocumentOf } from '../../terminal/document.ts';

/** What the server says of itself: which pipeline the page is about, and whether it may change anything. */
export interface ConsoleSession {
  readonly version: string;
  readonly deployment: DocumentOf<typeof target>;
  readonly readOnly: boolean;
  readonly bucket: string;
  /** Names, in the order of the stack. */
  readonly consumers: readonly string[];
  /** The command that shows the URL again. */
  readonly startCommand: string;
  /** What a command in a shell needs to find this pipeline: `['--data-dir', '/tmp/x']`. */
  readonly typedTarget: readonly string[];
}

const KEPT = 'sluice-token';
const OTHER_TABS = new BroadcastChannel('sluice-console');
// a channel is heard by this origin alone, and takes no other argument
const tellOtherTabs: (message: TabMessage) => void = OTHER_TABS.postMessage.bind(OTHER_TABS);

/** Undefined until the server has answered. */
export const session = signal<ConsoleSession | undefined>(undefined);

/**
 * The token of this start of the server. It comes in the fragment of the URL that was printed, which no browser sends
 * anywhere, and is taken out of the address at once; a tab that was opened from a link asks the other tabs of this page for
 * it, which no other origin hears.
 */
export const token = signal<string | undefined>(undefined);

/** Whether the server has refused the last one: it is of another start, or not whole. */
export const isTokenRefused = signal(false);

/** Begins with what the address, this tab or another one knows. @returns once that is settled */
export async function findToken(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) history.replaceState(history.state, '', location.pathname + location.search);
  OTHER_TABS.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'ask' && token.value !== undefined) {
      tellOtherTabs({ kind: 'tell', token: token.value });
    }
  });
  keepToken(given ?? sessionStorage.getItem(KEPT) ?? (await askOtherTabs()));
}

export function keepToken(given: string | undefined): void {
  if (given !== undefined) sessionStorage.setItem(KEPT, given);
  else sessionStorage.removeItem(KEPT);
  token.value = given;
}

/** Forgets the token that the server does not take: the right one must be given. */
export function refuseToken(): void {
  isTokenRefused.value ||= token.value !== undefined;
  keepToken(undefined);
}

type TabMessage = { readonly kind: 'ask' } | { readonly kind: 'tell'; readonly token: string };

/** A tab that lives answers within a frame or two; a hidden one takes a little longer. */
const OTHERS_ANSWER_MS = 150;

async function askOtherTabs(): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const listen = ({ data }: MessageEvent<TabMessage>): void => {
      if (data.kind === 'tell') settle(data.token);
    };
    const settle = (told: string | undefined): void => {
      OTHER_TABS.removeEventListener('message', listen);
      resolve(told);
    };
    OTHER_TABS.addEventListener('message', listen);
    tellOtherTabs({ kind: 'ask' });
    setTimeout(settle, OTHERS_ANSWER_MS, undefined);
  });
}

import { effect, signal } from '@preact/signals';
import { askSession, type Trouble } from './server.ts';
import { session, token, type ConsoleSession } from './session.ts';

export const sessionTrouble = signal<Trouble | undefined>(undefined);

/** Asks the server who it is, as soon as a token is known, and again when another one is. */
export function startSession(): void {
  effect(() => {
    if (token.value === undefined) return;
    askSession<ConsoleSession>().then(
      (told) => {
        sessionTrouble.value = undefined;
        session.value = told;
      },
      (trouble: Trouble) => {
        sessionTrouble.value = trouble;
      },
    );
  });
}

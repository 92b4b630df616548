import { effect, signal } from '@preact/signals';
import { askSession, type Trouble } from './server.ts';
import { session, token, type ConsoleSession } from './session.ts';

export const sessionTrouble = signal<Trouble | undefined>(undefined);

/** Asks the server who it is, as soon as a token is known, and again when another one is. */
export function startSession(): void {
  effect(() => {
    if (token.value !== undefined) void refreshSession();
  });
}

/** Asks again: the pipeline may have become another one. What is known stays until it is known to be otherwise. */
export async function refreshSession(): Promise<void> {
  try {
    const told = await askSession<ConsoleSession>();
    sessionTrouble.value = undefined;
    if (JSON.stringify(told) !== JSON.stringify(session.peek())) session.value = told;
  } catch (error) {
    const { message, nextStep } = error as Trouble;
    sessionTrouble.value = { message, nextStep };
  }
}

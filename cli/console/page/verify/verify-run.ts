import { signal } from '@preact/signals';
import { call, type Called, type Progress, type Trouble } from '../server.ts';
import type { VerifyDocument } from './shown-findings.ts';

/** Where the verification is that was begun on this page. It goes on while another page is open. */
export type VerifyRun =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly prefix: string;
      readonly stop: AbortController;
      readonly progress: Progress | undefined;
    }
  | {
      readonly kind: 'done';
      readonly prefix: string;
      readonly called: Called<VerifyDocument>;
      /** Repairs were sent since: what is shown may be mended. */
      readonly isRepaired: boolean;
    }
  | { readonly kind: 'stopped'; readonly prefix: string }
  | { readonly kind: 'trouble'; readonly prefix: string; readonly trouble: Trouble };

export const verifyRun = signal<VerifyRun>({ kind: 'none' });

export const verifyArgs = (prefix: string): readonly string[] => [
  'verify',
  ...(prefix === '' ? [] : [`--prefix=${prefix}`]),
];

/** Compares bucket and tables; one that runs is stopped. */
export async function verify(prefix: string): Promise<void> {
  stopVerifying();
  const stop = new AbortController();
  verifyRun.value = { kind: 'running', prefix, stop, progress: undefined };
  const show = (run: VerifyRun): void => {
    const { value } = verifyRun;
    // another one may have begun
    if (value.kind === 'running' && value.stop === stop) verifyRun.value = run;
  };
  try {
    const called = await call<VerifyDocument>(verifyArgs(prefix), {
      signal: stop.signal,
      onProgress: (progress) => show({ kind: 'running', prefix, stop, progress }),
    });
    show({ kind: 'done', prefix, called, isRepaired: false });
  } catch (error) {
    if (stop.signal.aborted) show({ kind: 'stopped', prefix });
    else {
      const { message, nextStep } = error as Trouble;
      show({ kind: 'trouble', prefix, trouble: { message, nextStep } });
    }
  }
}

export function stopVerifying(): void {
  if (verifyRun.value.kind === 'running') verifyRun.value.stop.abort();
}

export function noteRepair(): void {
  if (verifyRun.value.kind === 'done') verifyRun.value = { ...verifyRun.value, isRepaired: true };
}

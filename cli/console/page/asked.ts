import { useEffect, useRef, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { changes, isLive } from './live.ts';
import { Allowance } from './pace.ts';
import { call, type Called, type Progress, type Trouble } from './server.ts';

/** What a verb has answered last, while it may be asked again. */
export interface Asked<Document> {
  readonly document: Document | undefined;
  readonly exitCode: number | undefined;
  readonly notes: readonly string[];
  /** Why there is no newer answer; what was known before stays shown. */
  readonly trouble: Trouble | undefined;
  readonly isAsking: boolean;
  readonly progress: Progress | undefined;
  readonly again: () => void;
}

export interface AskedOptions {
  /** Ask again after so long, as long as the page is live. @default only after a change made here */
  readonly everyMs?: number;
  /** Whether a change made here makes it ask again. @default true */
  readonly afterChanges?: boolean;
}

/**
 * Asks a verb, and again when its arguments change, after a change, and every so often.
 *
 * @param args undefined asks nothing
 */
export function useAsked<Document>(
  args: readonly string[] | undefined,
  { everyMs, afterChanges = true }: AskedOptions = {},
): Asked<Document> {
  const [answer, setAnswer] = useState<{ readonly question: string } & Partial<Called<Document>>>();
  const [isAsking, setAsking] = useState(false);
  const [progress, setProgress] = useState<Progress>();
  const [round, setRound] = useState(0);
  const question = args === undefined ? '' : JSON.stringify(args);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const allowance = useRef<Allowance>(undefined);
  allowance.current ??= new Allowance();
  const isFirstLook = useRef(true);
  useSignalEffect(() => {
    const isRead = changes.value;
    if (isFirstLook.current) isFirstLook.current = false;
    else if (afterChanges && isRead > 0) setRound((before) => before + 1);
  });
  useEffect(() => {
    if (question === '') {
      setAnswer(undefined);
      return undefined;
    }
    const stop = new AbortController();
    const again = (tookMs: number): void => {
      if (everyMs === undefined || stop.signal.aborted) return;
      timer.current = setTimeout(
        () => (isLive.value ? setRound((before) => before + 1) : again(0)),
        Math.max(everyMs, allowance.current!.restAfter(tookMs)),
      );
    };
    const run = async (): Promise<void> => {
      const begun = performance.now();
      setAsking(true);
      try {
        const called = await call<Document>(JSON.parse(question) as string[], {
          signal: stop.signal,
          onProgress: setProgress,
        });
        setAnswer((before) => ({
          question,
          ...called,
          // what was known stays, when it is of the same question
          document: called.document ?? (before?.question === question ? before.document : undefined),
        }));
      } catch (error) {
        if (stop.signal.aborted) return;
        const { message, nextStep } = error as Trouble;
        setAnswer((before) => ({
          ...(before?.question === question ? before : undefined),
          question,
          trouble: { message, nextStep },
        }));
      }
      if (stop.signal.aborted) return;
      setAsking(false);
      setProgress(undefined);
      again(performance.now() - begun);
    };
    void run();
    return () => {
      clearTimeout(timer.current);
      stop.abort();
    };
  }, [question, round, everyMs]);
  const own = answer?.question === question ? answer : undefined;
  return {
    document: own?.document,
    exitCode: own?.exitCode,
    notes: own?.notes ?? [],
    trouble: own?.trouble,
    isAsking,
    progress,
    again: () => setRound((before) => before + 1),
  };
}

import { useEffect, useRef } from 'preact/hooks';
import type { Asked } from '../asked.ts';
import { Allowance } from '../pace.ts';

/** Asks again when it is told to: once it was answered, and after a rest that leaves the pipeline its time. */
export function usePaced({ isAsking, again }: Asked<unknown>): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const allowance = useRef<Allowance>(undefined);
  allowance.current ??= new Allowance();
  const begun = useRef(0);
  const restsUntil = useRef(0);
  const isWanted = useRef(false);
  const latest = useRef({ isAsking, again });
  latest.current = { isAsking, again };
  const go = (): void => {
    clearTimeout(timer.current);
    if (!isWanted.current || latest.current.isAsking) return;
    const restMs = restsUntil.current - performance.now();
    if (restMs > 0) {
      timer.current = setTimeout(go, restMs);
      return;
    }
    isWanted.current = false;
    latest.current.again();
  };
  useEffect(() => {
    const now = performance.now();
    if (isAsking) {
      begun.current = now;
      return;
    }
    if (begun.current > 0) restsUntil.current = now + allowance.current!.restAfter(now - begun.current);
    go();
  }, [isAsking]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    isWanted.current = true;
    go();
  };
}

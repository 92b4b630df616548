import { useEffect, useRef, useState } from 'preact/hooks';
import { query, setFilters } from '../route.ts';

/** The text of the pattern that is edited. */
export interface PatternText {
  readonly text: string;
  /** The text as it was when the typing last rested: what a verb is asked about. */
  readonly settled: string;
  readonly change: (text: string) => void;
}

const REST_MS = 200;

/** Keeps the pattern in the page's address, once the typing rests. @param start where the address has none */
export function usePatternText(start: string): PatternText {
  const [typed, setTyped] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const settled = useRef(start);
  const shown = query.value.get('pattern') ?? '';
  const place = `${query.value.get('consumer') ?? ''}\n${shown}`;
  const own = useRef(place);
  const text = typed ?? query.value.get('pattern') ?? start;
  if (typed === undefined) settled.current = text;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (place === own.current) return;
    // somebody has gone elsewhere: what was typed before must not come after it
    own.current = place;
    clearTimeout(timer.current);
    setTyped(undefined);
  }, [place]);
  return {
    text,
    settled: settled.current,
    change: (now) => {
      setTyped(now);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        own.current = `${query.value.get('consumer') ?? ''}\n${now}`;
        setFilters({ pattern: now });
        settled.current = now;
        // the address cannot keep an empty text: without one it would begin anew
        setTyped(now === '' ? now : undefined);
      }, REST_MS);
    },
  };
}

import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { flow } from '../flow-feed.ts';
import { changes, isLive } from '../live.ts';
import { flowMark } from './flow-mark.ts';

/** Tells when something came, went or was dealt with in the pipeline, and when something was changed here. */
export function useChanges(tell: () => void): void {
  const before = useRef<string>(undefined);
  const latest = useRef(tell);
  latest.current = tell;
  useSignalEffect(() => {
    const mark = `${changes.value} ${isLive.value ? flowMark(flow.value) : (before.current?.replace(/^\d+ /, '') ?? '')}`;
    const isFirst = before.current === undefined;
    const isSame = mark === before.current;
    before.current = mark;
    if (!isFirst && !isSame) latest.current();
  });
}

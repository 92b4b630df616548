import { useRef } from 'preact/hooks';
import { openActions } from './parts/action.tsx';

/** A value that changes by itself: what was shown stays while somebody acts on it. */
export function useHeld<Value>(value: Value): Value {
  const held = useRef(value);
  if (openActions.value === 0) held.current = value;
  return held.current ?? value;
}

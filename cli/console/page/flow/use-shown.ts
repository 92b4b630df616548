import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';

/**
 * What is computed from signals. Its component is drawn again when that has changed, and not with each look at what
 * flows.
 *
 * @param compute gives what JSON can hold @param inputs what it takes beside signals
 */
export function useShown<Value>(compute: () => Value, inputs: readonly unknown[]): Value {
  const text = useMemo(() => computed(() => JSON.stringify(compute())), inputs);
  const shown = text.value;
  return useMemo(() => JSON.parse(shown) as Value, [shown]);
}

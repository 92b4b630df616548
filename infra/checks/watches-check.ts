import type { ConsumerDefinition } from '../consumer-definition.ts';
import type { Stage } from '../stage.ts';

/** Refuses an alarm on what nobody counts: it would never ring. @throws Error naming it, and what there is */
export function checkAlarmOn({ alarmOn = [] }: Stage, consumers: readonly ConsumerDefinition[]): void {
  const known = consumers.flatMap(({ watches = [] }) => watches.map(({ metric }) => metric));
  const unknown = alarmOn.find((metric) => !known.includes(metric));
  if (unknown !== undefined) {
    throw new Error(
      `context alarmOn names ${JSON.stringify(unknown)}, which no consumer watches: write ${known.length === 0 ? 'none' : `one of ${known.join(', ')}`}`,
    );
  }
}

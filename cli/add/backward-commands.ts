import type { NewConsumer } from './new-consumer.ts';

/** The commands that give a new consumer what was before it: those that apply to its target. */
export function backwardCommands({ name, hears, target }: NewConsumer): readonly string[] {
  const hasQueue = target.kind === 'function' || target.kind === 'queue';
  return [
    `sluice replay --consumer ${name} --since 14d`,
    // it sends objects that are there, to queues
    ...(hasQueue && hears !== 'deleted' ? [`sluice backfill --consumer ${name}`] : []),
  ];
}

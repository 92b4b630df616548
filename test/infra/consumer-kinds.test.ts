import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { checkConsumers } from '../../infra/checks/consumer-checks.ts';
import type { ConsumerDefinition } from '../../infra/consumer-definition.ts';
import { complete, type CompleteDefinition } from '../../infra/consumer-kinds.ts';
import { stageFromContext } from '../../infra/stage.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const thumbnailer: ConsumerDefinition = {
  name: 'thumbnailer',
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'images/' }] } } },
  keeps: 'nothing',
};
const stageOf = (stage: string) =>
  stageFromContext(new App({ context: { stage }, outdir: temporaryFolder() }).node);

/** The six in one line: seconds, MB, records, seconds, receives, invocations. */
const numbersOf = (definition: CompleteDefinition) => [
  definition.timeout.toSeconds(),
  definition.memoryMb,
  definition.batchSize,
  definition.batchingWindow.toSeconds(),
  definition.maxReceiveCount,
  definition.maximumConcurrency,
];

describe('a kind of consumer', () => {
  test.each([
    ['dev', undefined, [30, 256, 10, 0, 14, 2]],
    ['dev', 'quick', [30, 256, 10, 0, 14, 2]],
    ['prod', 'quick', [30, 256, 10, 0, 14, 50]],
    ['dev', 'slow', [900, 1_024, 1, 0, 5, 2]],
    ['prod', 'slow', [900, 1_024, 1, 0, 5, 20]],
    ['dev', 'batch', [60, 512, 10, 0, 14, 2]],
    ['prod', 'batch', [60, 512, 1_000, 60, 14, 10]],
  ] as const)('gives in %s to %s the numbers %j, which no check refuses', (stage, kind, numbers) => {
    const definition = complete({ ...thumbnailer, ...(kind && { kind }) }, stageOf(stage));

    expect(numbersOf(definition)).toEqual(numbers);
    expect(() => checkConsumers('Sluice-dev', [definition])).not.toThrow();
  });

  test('leaves every number that the entry says', () => {
    const own = { memoryMb: 4_096, maximumConcurrency: 7, timeout: Duration.seconds(90), batchSize: 3 };

    expect(numbersOf(complete({ ...thumbnailer, ...own, kind: 'slow' }, stageOf('prod')))).toEqual([
      90, 4_096, 3, 0, 5, 7,
    ]);
  });

  test('is refused by name where there is none', () => {
    expect(() => complete({ ...thumbnailer, kind: 'fast' as never }, stageOf('dev'))).toThrow(
      'consumer thumbnailer: its kind is "fast"; write quick, slow or batch',
    );
  });
});

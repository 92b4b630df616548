import { routeTable } from '../shared/routes/routes-in.ts';
import { pipelinesIn } from '../shared/routes/template-pipelines.ts';
import type { RoutedTemplate } from '../shared/routes/template-text.ts';
import { terminalText } from '../shared/terminal-text.ts';

/** As much of the CDK's own artifact as is looked at. */
interface SynthesizedStack {
  readonly stackName: string;
  readonly template: unknown;
}

/**
 * Lines that say who receives an upload of each key that the context names, by what was synthesized; none without it:
 *
 *     npx aws-cdk synth -q -c whatIf=csv/a.csv,images/b.png
 *
 *     Sluice-dev  csv/a.csv     → indexer, csv-counter
 *     Sluice-dev  images/b.png  → indexer
 *
 * @param asked what the context `whatIf` holds
 */
export function whatIfLines(asked: unknown, stacks: readonly SynthesizedStack[]): readonly string[] {
  if (asked === undefined) return [];
  if (typeof asked !== 'string' || asked === '') {
    throw new Error(
      `context whatIf is ${JSON.stringify(asked)}: name keys, as in -c whatIf=csv/a.csv,images/b.png`,
    );
  }
  const keys = asked.split(',');
  const width = Math.max(...keys.map((key) => key.length));
  return stacks.flatMap(({ stackName, template }) => {
    const pipelines = pipelinesIn(template as RoutedTemplate);
    return pipelines.flatMap((pipeline) =>
      routeTable(pipeline, keys).map(({ key, consumers }) => {
        const wanted = consumers
          .filter(({ verdict }) => verdict === 'wanted')
          .map(({ consumer }) => consumer);
        const skipped = consumers.flatMap(({ consumer, why }) =>
          why === undefined ? [] : [`; ${consumer} skips it: ${why}`],
        );
        const where = pipelines.length > 1 ? `${stackName} ${pipeline.id}` : stackName;
        return `${where}  ${terminalText(key).padEnd(width)}  → ${wanted.join(', ') || 'nobody'}${skipped.join('')}`;
      }),
    );
  });
}

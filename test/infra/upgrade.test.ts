import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesize } from './support/pipeline-template.ts';

/** What the template of version 0.1 holds; see fixtures/template-0.1/README.md. */
interface EarlierTemplate {
  readonly resources: Readonly<
    Record<string, { readonly type: string; readonly name?: string; readonly keys?: readonly string[] }>
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Properties that CloudFormation can only change by making the resource anew, empty. */
const PHYSICAL_NAMES = ['BucketName', 'TableName', 'ArchiveName', 'LogGroupName', 'QueueName'];

describe.each(['dev', 'prod'])('an upgrade from 0.1 in %s', (stage) => {
  const earlier = JSON.parse(
    readFileSync(join(import.meta.dirname, `fixtures/template-0.1/Sluice-${stage}.json`), 'utf8'),
  ) as EarlierTemplate;
  // which prod has where it is asked for
  const { Resources, Outputs } = synthesize({ stage, dashboard: 'true' });

  test.each(Object.entries(earlier.resources))('keeps %s, what it holds included', (id, resource) => {
    const { Type, Properties } = Resources[id] ?? {};
    const names = PHYSICAL_NAMES.flatMap((property) => Properties?.[property] ?? []);

    expect({
      type: Type,
      ...(names.length > 0 && { name: names[0] }),
      ...(Properties?.['KeySchema'] !== undefined && {
        keys: Properties['KeySchema'].map(({ AttributeName }: { AttributeName: string }) => AttributeName),
      }),
    }).toEqual(resource);
  });

  test.each(Object.entries(earlier.outputs))('leaves the output %s what it was', (name, value) => {
    expect(Outputs[name]?.Value).toEqual(value);
  });

  test('leaves no output out but the dashboard’s, and that in prod alone', () => {
    const { Outputs } = synthesize({ stage });

    expect(Object.keys(earlier.outputs).filter((name) => !(name in Outputs))).toEqual(
      stage === 'prod' ? ['DashboardName'] : [],
    );
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import type { CapacityDocument } from '../../../cli/capacity/capacity.ts';
import { synthesize } from '../../infra/support/pipeline-template.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let assembly: string;
let file: string;

beforeAll(() => {
  assembly = temporaryFolder('assembly');
  mkdirSync(assembly, { recursive: true });
  file = join(assembly, 'Sluice-prod.template.json');
  const properties = { templateFile: 'Sluice-prod.template.json' };
  writeFileSync(file, JSON.stringify(synthesize({ stage: 'prod' })));
  writeFileSync(
    join(assembly, 'manifest.json'),
    JSON.stringify({ artifacts: { 'Sluice-prod': { type: 'aws:cloudformation:stack', properties } } }),
  );
});

async function run(...args: string[]) {
  const streams = fakeStreams();
  const exitCode = await sluice(['capacity', ...args], streams);
  return { exitCode, out: streams.out(), err: streams.err() };
}

describe('sluice capacity', () => {
  test('reads concurrency, batches and receives of the template that is deployed as prod', async () => {
    const { exitCode, out } = await run('--uploads-per-second', '100', '--assembly', assembly, '--json');

    const { template, holds } = JSON.parse(out) as CapacityDocument;
    expect([exitCode, holds, template.hasArchive]).toEqual([0, true, true]);
    expect(
      template.consumers.map(({ id, batchSize, maximumConcurrency, maxReceiveCount }) => [
        id,
        batchSize > 0,
        maximumConcurrency,
        maxReceiveCount,
      ]),
    ).toEqual([
      ['MetadataWriter', true, 50, 14],
      ['CsvRowCounter', true, 20, 5],
      ['LedgerExporter', true, 10, 14],
    ]);
  });

  test('ends with 5 where a stage does not carry it, and says which comes first and what to do', async () => {
    const { exitCode, out, err } = await run(
      '--uploads-per-second',
      '1e5',
      '--assembly',
      assembly,
      '--event-ms',
      'csv-row-counter=1000',
    );

    expect(exitCode).toBe(5);
    // twenty at once of a second each are twenty a second: of a fifth of the uploads
    expect(err).toMatch(
      /carries \d\d uploads\/s; the first limit is Lambda, batches at once of CsvRowCounter/,
    );
    expect(out).toMatch(
      /^DynamoDB MetadataWriter\trows written to the table, writes\/s\t100,000\t40,000\t40,000\tno$/m,
    );
  });

  test('takes the template of a file, as CloudFormation gives it', async () => {
    const [ofFile, ofFolder] = [
      await run('--uploads-per-second', '100', '--template', file, '--json'),
      await run('--uploads-per-second', '100', '--assembly', assembly, '--json'),
    ];

    expect(ofFile.out).toBe(ofFolder.out);
  });

  test.each([
    [['--uploads-per-second', 'many'], '--uploads-per-second "many"'],
    [['--prefixes', '0'], '--prefixes "0"'],
    [['--quota', 'eventBridgeInvocation=5'], 'did you mean eventBridgeInvocations?'],
    [['--quota', 'eventBridgeInvocations'], 'write NAME=60000'],
    [['--quota', 'sqsInFlight=much'], '--quota sqsInFlight "much"'],
    [['--event-ms', 'nobody=5'], '--event-ms names Nobody'],
    [['--event-ms', 'csv-row-counter'], 'write CONSUMER=4'],
    [['--share', 'nobody=0.5'], 'one of MetadataWriter, CsvRowCounter, LedgerExporter'],
    [['--template', 'manifest.json'], 'has no Resources'],
  ])('refuses %j with exit code 2, and says why', async (args, why) => {
    const asked = args.map((arg) => (arg === 'manifest.json' ? join(assembly, arg) : arg));

    const { exitCode, err, out } = await run('--uploads-per-second', '1', '--assembly', assembly, ...asked);

    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  test('says what to do where a template cannot be read', async () => {
    const { exitCode, err } = await run(
      '--uploads-per-second',
      '1',
      '--template',
      join(assembly, 'none.json'),
    );

    expect(exitCode).toBe(1);
    expect(err).toContain('aws cloudformation get-template');
  });
});

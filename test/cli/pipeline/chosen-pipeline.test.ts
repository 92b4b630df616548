import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeEach, describe, expect, test } from 'vitest';
import { consumersIn } from '../../../cli/pipeline/consumer.ts';
import { chosenPipeline } from '../../../cli/pipeline/chosen-pipeline.ts';
import { consumers } from '../../../infra/consumers.ts';
import { ObjectPipeline } from '../../../infra/object-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  cloudFormation,
  metrics,
  NOW,
  OUTPUTS,
  resetMocks,
  runAgainstAws,
} from '../../support/mocked-aws.ts';

/** Outputs of a pipeline of that id. */
const outputsOf = (id: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(OUTPUTS).map(([name, value]) => [
      id + name,
      value.replace('Sluice-prod-', id === '' ? 'Sluice-prod-' : `Sluice-prod-${id}-`),
    ]),
  );

const ONE = { ...outputsOf('Uploads'), AppUrl: 'https://example.org' };
const TWO = { ...outputsOf('Uploads'), ...outputsOf('Scans') };
const WITH_DEFAULT = { ...outputsOf(''), ...outputsOf('Scans') };

describe('a stack', () => {
  test.each<
    [what: string, outputs: Record<string, string>, asked: string | undefined, id: string | undefined]
  >([
    ['of one pipeline means that', ONE, undefined, 'Uploads'],
    ['of one with the id Default means that', OUTPUTS, undefined, undefined],
    ['means its Default where there are others', WITH_DEFAULT, undefined, undefined],
    ['means the one that is asked for', TWO, 'Scans', 'Scans'],
    ['means its Default when that is asked for', WITH_DEFAULT, 'Default', undefined],
  ])('%s', (_, outputs, asked, id) => {
    const chosen = chosenPipeline(outputs, 'Sluice-prod', asked);

    expect(chosen.id).toBe(id);
    expect(Object.keys(chosen.outputs).toSorted()).toEqual(Object.keys(OUTPUTS).toSorted());
  });

  test.each<[what: string, asked: string | undefined, told: string]>([
    ['none is asked for', undefined, 'stack Sluice-prod has several pipelines, and none is called Default'],
    ['one is asked for that is not there', 'Upload', 'stack Sluice-prod has no pipeline "Upload"'],
  ])('of several lists them when %s', (_, asked, told) => {
    expect(() => chosenPipeline(TWO, 'Sluice-prod', asked)).toThrow(
      expect.objectContaining({
        message: told,
        exitCode: 2,
        nextStep: expect.stringMatching(/it has Scans, Uploads$/) as string,
      }),
    );
  });

  test('of two constructs is read by what it synthesizes', () => {
    process.env['CDK_VALIDATION'] = 'false';
    const app = new App({
      context: { 'aws:cdk:bundling-stacks': [] },
      outdir: temporaryFolder('two-pipelines'),
      analyticsReporting: false,
    });
    const stack = new Stack(app, 'Files');
    for (const id of ['Uploads', 'Scans']) new ObjectPipeline(stack, id, { consumers });
    const { Outputs } = Template.fromStack(stack).toJSON() as { Outputs: Record<string, object> };
    // what a queue's URL comes to, once it is deployed
    const outputs = Object.fromEntries(
      Object.keys(Outputs).map((name) => [
        name,
        `https://sqs/1/Files-${name.replace(/^(Uploads|Scans)MetadataWriter.*/, '$1-metadata-writer')}`,
      ]),
    );

    const scans = chosenPipeline(outputs, 'Files', 'Scans').outputs;
    const found = consumersIn(scans, 'Files', 'Files-Scans');

    expect(found.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'MetadataWriter function',
      'CsvRowCounter function',
      'LedgerExporter function',
    ]);
    expect(found[0]?.name).toBe('metadata-writer');
    expect(scans).toHaveProperty('UploadMetadataTableName');
  });
});

describe('a verb', () => {
  beforeEach(() => {
    resetMocks();
    cloudFormation.on(DescribeStacksCommand).resolves({
      Stacks: [
        {
          StackName: 'Sluice-prod',
          CreationTime: NOW,
          StackStatus: 'CREATE_COMPLETE',
          Outputs: Object.entries(TWO).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    });
  });

  test('speaks to the pipeline of that id, and its target says which', async () => {
    const { exitCode, out, err } = await runAgainstAws('status', '--json', '--pipeline', 'Uploads');

    expect(err).toContain('aws 111122223333 eu-west-1 Sluice-prod pipeline Uploads\n');
    expect(JSON.parse(out)).toMatchObject({
      target: { stack: 'Sluice-prod', pipeline: 'Uploads' },
      consumers: [{ name: 'metadata-writer' }, { name: 'csv-row-counter' }, { name: 'ledger-exporter' }],
    });
    expect(exitCode).toBe(0);
    const asked = metrics
      .commandCalls(GetMetricDataCommand)
      .flatMap(({ args: [{ input }] }) => input.MetricDataQueries ?? []);
    expect(asked.map(({ MetricStat }) => MetricStat?.Metric?.Namespace)).toContain('Sluice-prod-Uploads');
  });

  test('asks which, and lists them, where none is named', async () => {
    expect(await runAgainstAws('ls')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('say which with --pipeline: it has Scans, Uploads') as string,
    });
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, EventSourceMapping, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../cli/cost/template.ts';
import { consumers } from '../../../infra/consumers.ts';
import { ObjectPipeline } from '../../../infra/object-pipeline.ts';
import { targetText } from '../../../shared/consumer-target.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { resourcesOfType, synthesize, type PipelineTemplate } from '../../infra/support/pipeline-template.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const role = (...statements: readonly (string | readonly string[])[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [{ PolicyDocument: { Statement: statements.map((Action) => ({ Action })) } }],
  },
});

const functionOf = (memoryMb: number, role: string, seen: object = {}, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    MemorySize: memoryMb,
    Role: { 'Fn::GetAtt': [role, 'Arn'] },
    Environment: { Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Sluice-dev', ...seen } },
    ...more,
  },
});
const alarmOn = (watched: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: watched });

/** One consumer that reads objects and rows, and one that does neither; each test changes a part. */
const RESOURCES = {
  CounterMapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'CounterFn' }, BatchSize: 10, MaximumBatchingWindowInSeconds: 5 },
  },
  CounterFn: functionOf(
    512,
    'CounterRole',
    { LOGGED_COUNTS: 'Skipped,RowsCounted', LOGGED_SUCCESSES: '0.1' },
    { TracingConfig: { Mode: 'Active' } },
  ),
  CounterLog: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
  CounterRole: role('s3:GetObject', ['dynamodb:GetItem', 'dynamodb:PutItem']),
  LedgerMapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'LedgerFn' }, BatchSize: 100 },
  },
  LedgerFn: functionOf(256, 'LedgerRole'),
  LedgerRole: role('s3:PutObject'),
  Archive: { Type: 'AWS::Events::Archive', Properties: { RetentionDays: 90 } },
  Alarm1: alarmOn({
    AlarmDescription: 'a letter: read it (docs/operations.md#deadletters)',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['CounterQueue', 'QueueName'] } }],
  }),
  Alarm2: alarmOn({ Namespace: 'Sluice-dev', Dimensions: [{ Name: 'service', Value: 'ledger' }] }),
  Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
};

const ref = (id: string) => ({ Value: { Ref: id } });

const CONSUMER_OUTPUTS = {
  CounterRuleName: ref('CounterRule'),
  CounterQueueUrl: ref('CounterQueue'),
  CounterRuleDeadLetterQueueUrl: ref('CounterRuleLetters'),
  CounterFunctionName: ref('CounterFn'),
  CounterLogGroupName: ref('CounterLog'),
  LedgerRuleName: ref('LedgerRule'),
  LedgerRuleDeadLetterQueueUrl: ref('LedgerRuleLetters'),
  LedgerFunctionName: ref('LedgerFn'),
  EventArchiveName: ref('Archive'),
  DashboardName: ref('Dashboard'),
};

const OUTPUTS = {
  ...CONSUMER_OUTPUTS,
  CounterKeeps: { Value: keepsText({ objects: 'rejects/' }) },
  LedgerKeeps: { Value: keepsText({ lines: 'ledger/' }) },
};

/** A folder as the CDK writes it. */
async function assemblyOf(templates: Readonly<Record<string, object>>): Promise<string> {
  const folder = temporaryFolder('template');
  const artifacts: Record<string, object> = {};
  for (const [name, template] of Object.entries(templates)) {
    const templateFile = `${name}.template.json`;
    artifacts[name] = { type: 'aws:cloudformation:stack', properties: { templateFile } };
    await writeFile(join(folder, templateFile), JSON.stringify(template));
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  return folder;
}

async function factsOf(template: object) {
  return await readTemplate(await assemblyOf({ 'Sluice-dev': template }), { stack: 'Sluice-dev' });
}

/** The CDK's own template of these pipelines, with a function, a queue and an alarm of the app's beside them. */
function synthesized(...ids: readonly string[]): PipelineTemplate {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, outdir: temporaryFolder('app') });
  const stack = new Stack(app, 'Files');
  for (const id of ids) new ObjectPipeline(new Construct(stack, `Part${id}`), id, { consumers });
  const queue = new Queue(stack, 'Mail');
  const teller = new Function(stack, 'Teller', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });
  new EventSourceMapping(teller, 'Mapping', { target: teller, eventSourceArn: queue.queueArn });
  queue.metricApproximateNumberOfMessagesVisible().createAlarm(stack, 'MailWaits', {
    threshold: 1,
    evaluationPeriods: 1,
  });
  return Template.fromStack(stack).toJSON() as PipelineTemplate;
}

describe('what a template says of costs', () => {
  test('is each consumer by its mapping, function, role and output, and what is counted', async () => {
    expect(await factsOf({ Resources: RESOURCES, Outputs: OUTPUTS })).toEqual({
      consumers: [
        {
          id: 'Counter',
          keeps: { objects: 'rejects/' },
          readsObjects: true,
          readsRows: true,
          batchSize: 10,
          windowSeconds: 5,
          memoryMb: 512,
          isTraced: true,
          loggedCounts: ['Skipped', 'RowsCounted'],
          loggedSuccesses: 0.1,
        },
        {
          id: 'Ledger',
          keeps: { lines: 'ledger/' },
          readsObjects: false,
          readsRows: false,
          batchSize: 100,
          windowSeconds: 0,
          memoryMb: 256,
          isTraced: false,
          loggedCounts: [],
          loggedSuccesses: 1,
        },
      ],
      archiveDays: 90,
      logDays: 7,
      ownMetrics: 3,
      alarms: 2,
      alarmMetrics: 2,
      leastAlarmMetrics: 1,
      compositeAlarms: 0,
      dashboards: 1,
    });
  });

  test('is each consumer without a function by its outputs, whose ARN may be a reference', async () => {
    const none = {
      keeps: 'nothing',
      readsObjects: false,
      readsRows: false,
      batchSize: 0,
      windowSeconds: 0,
      memoryMb: 0,
      isTraced: false,
      loggedCounts: [],
      loggedSuccesses: 0,
    };
    const keeps = { Value: '"nothing"' };
    const arn = { 'Fn::GetAtt': ['Bus0123ABCD', 'Arn'] };

    const { consumers } = await factsOf({
      Resources: {},
      Outputs: {
        MailRuleName: ref('MailRule'),
        MailRuleDeadLetterQueueUrl: ref('MailRuleLetters'),
        MailKeeps: keeps,
        MailTarget: { Value: targetText({ kind: 'queue' }) },
        PartnerRuleName: ref('PartnerRule'),
        PartnerRuleDeadLetterQueueUrl: ref('PartnerRuleLetters'),
        PartnerKeeps: keeps,
        PartnerTarget: { Value: { 'Fn::Join': ['', ['{"kind":"bus","arn":"', arn, '"}']] } },
        // of the app, and no consumer's
        AlertsTarget: { Value: 'ops@example.com' },
      },
    });

    expect(consumers).toEqual([
      { id: 'Mail', target: 'queue', ...none },
      { id: 'Partner', target: 'bus', ...none },
    ]);
  });

  test('is refused where a target cannot be read', async () => {
    const Outputs = {
      MailRuleName: ref('MailRule'),
      MailRuleDeadLetterQueueUrl: ref('MailRuleLetters'),
      MailTarget: { Value: '{"kind":"mail"}' },
    };

    await expect(factsOf({ Resources: {}, Outputs })).rejects.toMatchObject({
      message: expect.stringMatching(/has an output MailTarget that names no target: .*mail/) as string,
    });
  });

  test('is nothing where it has no consumers, no archive and no alarms', async () => {
    expect(await factsOf({ Resources: {}, Outputs: {} })).toEqual({
      consumers: [],
      archiveDays: 0,
      logDays: 0,
      ownMetrics: 4,
      alarms: 0,
      alarmMetrics: 0,
      leastAlarmMetrics: 0,
      compositeAlarms: 0,
      dashboards: 0,
    });
  });

  test('is refused where an output does not say what a consumer keeps', async () => {
    await expect(factsOf({ Resources: RESOURCES, Outputs: CONSUMER_OUTPUTS })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /template\.json has no output CounterKeeps, .*: it was synthesized by version 0\.1/,
      ) as string,
      nextStep: 'synthesize it again with this version, and name its folder with --assembly',
    });
  });

  test('is refused where there is none, with what makes one', async () => {
    const folder = temporaryFolder('template');

    await expect(readTemplate(folder, { stack: 'Sluice-prod' })).rejects.toMatchObject({
      message: expect.stringMatching(`^${join(folder, 'manifest.json')} cannot be read: ENOENT`) as string,
      nextStep: expect.stringContaining('npm run synth') as string,
      cause: { code: 'ENOENT' },
    });
  });

  test('is refused where a consumer has no function of the template', async () => {
    const { CounterFn: _, ...Resources } = RESOURCES;

    await expect(factsOf({ Resources, Outputs: OUTPUTS })).rejects.toMatchObject({
      message: expect.stringMatching(/template\.json has no function of Counter/) as string,
    });
  });

  test.each(['dev', 'prod'])(
    'is every alarm of the pipeline that this project deploys as %s',
    async (stage) => {
      const template = synthesize({ stage });

      const { alarms, alarmMetrics, compositeAlarms, dashboards, consumers: found } = await factsOf(template);

      expect(alarms).toBe(resourcesOfType(template, 'AWS::CloudWatch::Alarm').length);
      // of failures by the rule two metrics, of the ledger's silence three, of the archive one by consumer and its own
      expect(alarmMetrics - alarms).toBe(3 * 1 + 2 + 3);
      expect(compositeAlarms).toBe(1);
      // prod has what it shows in sluice console
      expect(dashboards).toBe(stage === 'dev' ? 1 : 0);
      expect(
        found.map(({ id, memoryMb, readsObjects, readsRows }) => [id, memoryMb > 0, readsObjects, readsRows]),
      ).toEqual([
        ['MetadataWriter', true, false, false],
        ['CsvRowCounter', true, true, true],
        ['LedgerExporter', true, false, false],
      ]);
    },
  );
});

describe('what a template of several stacks and pipelines says of costs', () => {
  test('is of the only stack with a pipeline, where none is named', async () => {
    const folder = await assemblyOf({ Network: { Resources: {} }, Files: synthesized('Default') });

    expect((await readTemplate(folder)).consumers).toHaveLength(consumers.length);
  });

  test('is of one pipeline, without the other’s and the app’s own', async () => {
    const template = synthesized('Uploads', 'Scans');
    const folder = await assemblyOf({ Files: template });
    const alone = await readTemplate(await assemblyOf({ Files: synthesized('Default') }));

    const scans = await readTemplate(folder, { pipeline: 'Scans' });

    expect(scans).toEqual(alone);
    expect(resourcesOfType(template, 'AWS::CloudWatch::Alarm')).toHaveLength(2 * scans.alarms + 1);
  });

  test('is refused where several pipelines are there and none is named', async () => {
    const folder = await assemblyOf({ Files: synthesized('Uploads', 'Scans') });

    await expect(readTemplate(folder)).rejects.toMatchObject({
      exitCode: 2,
      nextStep: 'say which with --pipeline: it has Scans, Uploads',
    });
  });
});

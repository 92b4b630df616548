import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../cli/cost/template.ts';
import { targetText } from '../../../shared/consumer-target.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const role = (...statements: readonly (string | readonly string[])[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [{ PolicyDocument: { Statement: statements.map((Action) => ({ Action })) } }],
  },
});

/** One consumer that reads objects and rows, and one that does neither; each test changes a part. */
const RESOURCES = {
  CounterMapping0123ABCD: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'CounterFn' }, BatchSize: 10, MaximumBatchingWindowInSeconds: 5 },
  },
  CounterFn: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
  CounterRole0123ABCD: role('s3:GetObject', ['dynamodb:GetItem', 'dynamodb:PutItem']),
  LedgerMapping0123ABCD: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'LedgerFn' }, BatchSize: 100 },
  },
  LedgerFn: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 256 } },
  LedgerRole0123ABCD: role('s3:PutObject'),
  Archive: { Type: 'AWS::Events::Archive', Properties: { RetentionDays: 90 } },
  Alarm1: { Type: 'AWS::CloudWatch::Alarm' },
  Alarm2: { Type: 'AWS::CloudWatch::Alarm' },
  Dashboard: { Type: 'AWS::CloudWatch::Dashboard' },
};

const OUTPUTS = {
  CounterKeeps: { Value: keepsText({ objects: 'rejects/' }) },
  LedgerKeeps: { Value: keepsText({ lines: 'ledger/' }) },
};

async function factsOf(template: object) {
  const folder = temporaryFolder('template');
  await writeFile(join(folder, 'Sluice-dev.template.json'), JSON.stringify(template));
  return await readTemplate(folder, 'Sluice-dev');
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
        },
        {
          id: 'Ledger',
          keeps: { lines: 'ledger/' },
          readsObjects: false,
          readsRows: false,
          batchSize: 100,
          windowSeconds: 0,
          memoryMb: 256,
        },
      ],
      archiveDays: 90,
      alarms: 2,
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
    };
    const keeps = { Value: '"nothing"' };
    const arn = { 'Fn::GetAtt': ['Bus0123ABCD', 'Arn'] };

    const { consumers } = await factsOf({
      Resources: {},
      Outputs: {
        MailRuleName: { Value: { Ref: 'MailRule' } },
        MailKeeps: keeps,
        MailTarget: { Value: targetText({ kind: 'queue' }) },
        PartnerRuleName: { Value: { Ref: 'PartnerRule' } },
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
    const Outputs = { MailRuleName: { Value: 'r' }, MailTarget: { Value: '{"kind":"mail"}' } };

    await expect(factsOf({ Resources: {}, Outputs })).rejects.toMatchObject({
      message: expect.stringMatching(/has an output MailTarget that names no target: .*mail/) as string,
    });
  });

  test('is nothing where it has no consumers, no archive and no alarms', async () => {
    expect(await factsOf({ Resources: {}, Outputs: {} })).toEqual({
      consumers: [],
      archiveDays: 0,
      alarms: 0,
      dashboards: 0,
    });
  });

  test('is refused where an output does not say what a consumer keeps', async () => {
    await expect(factsOf({ Resources: RESOURCES, Outputs: {} })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(
        /template\.json has no output CounterKeeps, .*: it was synthesized by version 0\.1/,
      ) as string,
      nextStep: 'synthesize it again with this version, and name its folder with --assembly',
    });
  });

  test('is refused where there is none, with what makes one', async () => {
    const folder = temporaryFolder('template');

    await expect(readTemplate(folder, 'Sluice-prod')).rejects.toMatchObject({
      message: `there is no template ${join(folder, 'Sluice-prod.template.json')}`,
      nextStep: expect.stringContaining('npm run synth') as string,
      cause: { code: 'ENOENT' },
    });
  });
});

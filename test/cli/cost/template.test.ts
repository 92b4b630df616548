import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../../cli/cost/template.ts';
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

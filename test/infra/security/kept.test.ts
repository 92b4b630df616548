import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  resourcesOfType,
  synthesize,
  type PipelineTemplate,
  type Resource,
} from '../support/pipeline-template.ts';

const DOCS = join(import.meta.dirname, '../../../docs/deploying.md');

/** Rows of the table in docs/deploying.md, by what each is about. */
function documented(): Record<string, readonly string[]> {
  const [, section = ''] = readFileSync(DOCS, 'utf8').split('## What is kept, and for how long\n');
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return Object.fromEntries(rows.slice(1).map(([name = '', ...cells]) => [name, cells]));
}

interface Kept {
  readonly type: string;
  /** Which of the type. */
  readonly id: RegExp;
  readonly howLong: (properties: Resource['Properties']) => string;
}

const days = (seconds: number): string => `${seconds / 86_400} days`;

/** `old versions 7 days, unfinished uploads 7 days` */
const bySteps = ({ LifecycleConfiguration: { Rules } }: Resource['Properties']): string =>
  (Rules as readonly Readonly<Record<string, unknown>>[])
    .map((rule) => {
      const noncurrent = rule['NoncurrentVersionExpiration'] as { NoncurrentDays: number } | undefined;
      const unfinished = rule['AbortIncompleteMultipartUpload'] as
        | { DaysAfterInitiation: number }
        | undefined;
      if (noncurrent !== undefined) return `old versions ${noncurrent.NoncurrentDays} days`;
      return unfinished === undefined
        ? `objects ${String(rule['ExpirationInDays'])} days`
        : `unfinished uploads ${unfinished.DaysAfterInitiation} days`;
    })
    .join(', ');

const KEPT: Readonly<Record<string, Kept>> = {
  'ingest bucket': { type: 'AWS::S3::Bucket', id: /^IngestBucket/, howLong: bySteps },
  'output bucket': { type: 'AWS::S3::Bucket', id: /^OutputBucket/, howLong: bySteps },
  'access logs': { type: 'AWS::S3::Bucket', id: /^AccessLogBucket/, howLong: bySteps },
  tables: {
    type: 'AWS::DynamoDB::Table',
    id: /./,
    howLong: ({ PointInTimeRecoverySpecification, DeletionProtectionEnabled }) =>
      `every second of ${PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled === true ? 35 : 0} days${DeletionProtectionEnabled === true ? '; cannot be deleted' : ''}`,
  },
  'copies of tables': {
    type: 'AWS::Backup::BackupPlan',
    id: /./,
    howLong: ({ BackupPlan: { BackupPlanRule } }) => `${BackupPlanRule[0].Lifecycle.DeleteAfterDays} days`,
  },
  archive: { type: 'AWS::Events::Archive', id: /./, howLong: ({ RetentionDays }) => `${RetentionDays} days` },
  'logs of functions': {
    type: 'AWS::Logs::LogGroup',
    id: /./,
    howLong: ({ RetentionInDays }) => `${RetentionInDays} days`,
  },
  queues: {
    type: 'AWS::SQS::Queue',
    id: /Queues(?!.*DeadLetter)/,
    howLong: ({ MessageRetentionPeriod }) => days(MessageRetentionPeriod),
  },
  'dead letters': {
    type: 'AWS::SQS::Queue',
    id: /DeadLetterQueue/,
    howLong: ({ MessageRetentionPeriod }) => days(MessageRetentionPeriod),
  },
};

/** What holds the thing when the stack goes: of copies the vault. */
function whenGone(template: PipelineTemplate, { type, id }: Kept): string {
  const holding = type === 'AWS::Backup::BackupPlan' ? 'AWS::Backup::BackupVault' : type;
  const policies = resourcesOfType(template, holding)
    .filter(([one]) => id.test(one))
    .map(([, { DeletionPolicy = 'Delete' }]) => (DeletionPolicy === 'Retain' ? 'stays' : 'goes'));
  return [...new Set(policies)].join(' or ');
}

/** One value for all of a kind, or each of them. */
function howLong(template: PipelineTemplate, { type, id, howLong }: Kept): string {
  const found = resourcesOfType(template, type).filter(([one]) => id.test(one));
  return [...new Set(found.map(([, { Properties }]) => howLong(Properties)))].join(' or ');
}

describe('what is kept', () => {
  const [dev, prod] = [synthesize({ stage: 'dev' }), synthesize({ stage: 'prod' })];

  test.each(Object.entries(KEPT))('of %s is what the table in docs/deploying.md says', (name, kept) => {
    const told = [dev, prod].flatMap((template) => {
      const [time, gone] = [howLong(template, kept), whenGone(template, kept)];
      return time === '' ? ['–', '–'] : [time, gone];
    });

    expect(documented()[name]).toEqual(told);
  });

  test('is all in the table', () => {
    expect(Object.keys(documented()).toSorted()).toEqual(Object.keys(KEPT).toSorted());
  });

  test('is of kinds that the table has, whatever keeps something in the template', () => {
    const keeping = Object.entries(prod.Resources).filter(
      ([, { DeletionPolicy }]) => DeletionPolicy === 'Retain',
    );
    const known = Object.values(KEPT).map(({ type }) => type);

    expect(
      keeping.filter(([, { Type }]) => !known.includes(Type) && Type !== 'AWS::Backup::BackupVault'),
    ).toEqual([]);
  });
});

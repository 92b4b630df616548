import { Duration, Stack } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { AnyTable } from '../any-table.ts';
import type { Stage } from '../stage.ts';

export interface TableBackupProps {
  readonly tables: readonly AnyTable[];
  readonly stage: Stage;
  /** @default the account's key for AWS Backup */
  readonly encryptionKey: IKey | undefined;
}

/** Each backup of a table is a whole one, and paid as such: five of them lie there at a time. */
const KEPT = Duration.days(35);

/**
 * A copy of the tables every Sunday, in a vault of their own. What a table can do by itself, to be put back to any second of 35 days,
 * goes with the table; these copies stay when it is deleted.
 */
export class TableBackup extends Construct {
  constructor(scope: Construct, id: string, { tables, stage, encryptionKey }: TableBackupProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      removalPolicy: stage.removalPolicy,
      ...(encryptionKey !== undefined && { encryptionKey }),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addManagedPolicy(
      new ManagedPolicy(this, 'Policy', {
        description: 'What AWS Backup may do with the tables of Sluice',
        statements: backingUp(tables, vault, encryptionKey),
      }),
    );
    const plan = new BackupPlan(this, 'Plan', {
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'weekly',
          scheduleExpression: Schedule.cron({ weekDay: 'SUN', hour: '3', minute: '0' }),
          deleteAfter: KEPT,
        }),
      ],
    });
    plan.addSelection('Tables', {
      resources: tables.map((table) => BackupResource.fromDynamoDbTable(table as ITable)),
      role,
      // AWS's own policy reaches every table of the account
      disableDefaultBackupPolicy: true,
    });
  }
}

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html */
function backingUp(
  tables: readonly AnyTable[],
  vault: BackupVault,
  key: IKey | undefined,
): PolicyStatement[] {
  const arns = tables.map(({ tableArn }) => tableArn);
  return [
    allow(
      [
        'dynamodb:CreateBackup',
        'dynamodb:DescribeTable',
        'dynamodb:ListTagsOfResource',
        'dynamodb:StartAwsBackupJob',
      ],
      arns,
    ),
    allow(
      ['dynamodb:DeleteBackup', 'dynamodb:DescribeBackup'],
      arns.map((arn) => `${arn}/backup/*`),
    ),
    allow(['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'], vault.backupVaultArn),
    ...(key === undefined
      ? []
      : [allow(['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], key.keyArn)]),
  ];
}

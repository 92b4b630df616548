import { ArnFormat, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

/**
 * The key of KMS that encrypts what a pipeline keeps: its buckets, tables, queues, logs and backups, and the topic of its alarms. KMS
 * changes its material every year by itself.
 *
 * Who may use it is decided by the IAM policies of this account, but for the services that come by themselves: EventBridge, which fills
 * the queues, and CloudWatch Logs.
 */
export class PipelineKey extends Key {
  constructor(scope: Construct, id: string, { stage, pipeline }: { stage: Stage; pipeline: string }) {
    super(scope, id, {
      description: `What ${pipeline} keeps`,
      enableKeyRotation: true,
      removalPolicy: stage.removalPolicy,
    });
    const stack = Stack.of(this);
    this.addToResourcePolicy(onlyServicesGrant());
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesFillQueues',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': stack.formatArn({ service: 'events', resource: 'rule', resourceName: '*' }),
          },
        },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfThisAccount',
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: ['*'],
        conditions: {
          // by the log group that is encrypted: CloudWatch Logs names no source
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
  }
}

/** A grant outlives the policy that let it be made: services alone may make one, on behalf of a resource that the key encrypts. */
const onlyServicesGrant = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'OnlyServicesGrant',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['kms:CreateGrant'],
    resources: ['*'],
    conditions: {
      BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' },
    },
  });

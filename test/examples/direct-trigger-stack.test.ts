import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DirectTriggerProps,
  DirectTriggerStack,
} from '../../examples/direct-trigger/infra/direct-trigger-stack.ts';
import {
  type NotificationFilter,
  refuseOverlaps,
} from '../../examples/direct-trigger/infra/notification-filter.ts';
import { temporaryFolder } from '../infra/support/temporary-folder.ts';

process.env['CDK_VALIDATION'] = 'false';

function templateOf(props: Partial<DirectTriggerProps> = {}): Template {
  const app = new App({
    context: { 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
  const filters = [{ prefix: 'incoming/', suffix: '.json' }];
  return Template.fromStack(new DirectTriggerStack(app, 'Orders', { filters, ...props }));
}

/** The properties of the resources of a type. */
const all = (template: Template, type: string): readonly unknown[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as unknown);

const starting = (text: string): unknown => expect.stringMatching(new RegExp(`^${text}`));

describe('the stack of the direct trigger', () => {
  const template = templateOf();

  test('has S3 tell the function itself of what is created and removed, by beginning and end of the key', () => {
    const Filter = {
      S3Key: {
        Rules: [
          { Name: 'prefix', Value: 'incoming/' },
          { Name: 'suffix', Value: '.json' },
        ],
      },
    };
    const Function = { 'Fn::GetAtt': [starting('Function'), 'Arn'] };

    expect(all(template, 'AWS::S3::Bucket')).toMatchObject([
      {
        NotificationConfiguration: {
          LambdaConfigurations: [
            { Event: 's3:ObjectCreated:*', Filter, Function },
            { Event: 's3:ObjectRemoved:*', Filter, Function },
          ],
        },
      },
    ]);
  });

  test('lets S3 invoke the function for a bucket of this account and this stack, before the bucket is made', () => {
    expect(all(template, 'AWS::Lambda::Permission')).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [starting('Function'), 'Arn'] },
        Principal: 's3.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: 'arn:aws:s3:::orders-bucket*',
      },
    ]);
    expect(Object.values(template.findResources('AWS::S3::Bucket'))).toMatchObject([
      { DependsOn: Object.keys(template.findResources('AWS::Lambda::Permission')) },
    ]);
  });

  test('tries twice again, and sends what failed then to a queue', () => {
    expect(all(template, 'AWS::Lambda::EventInvokeConfig')).toMatchObject([
      {
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [starting('Failures'), 'Arn'] } } },
      },
    ]);
  });

  test('has one function and no custom resource', () => {
    const types = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );

    expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(1);
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
  });

  test('gives no more to another account than to upload under the prefix, and keeps what comes', () => {
    const open = templateOf({ uploaderAccountId: '222233334444' });

    expect(all(open, 'AWS::S3::BucketPolicy')).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            { Effect: 'Deny' },
            {
              Sid: 'Uploader',
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Join': ['', ['arn:', {}, ':iam::222233334444:root']] } },
              Action: ['s3:PutObject', 's3:AbortMultipartUpload'],
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [starting('Bucket'), 'Arn'] }, '/incoming/*']] },
            },
          ],
        },
      },
    ]);
    expect(all(open, 'AWS::S3::Bucket')).toMatchObject([
      { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    ]);
    expect(JSON.stringify(template.toJSON())).not.toContain('Uploader');
  });

  test('has S3 invoke an alias where one is named, with its own permission and retries', () => {
    const aliased = templateOf({ alias: 'live' });
    const alias = { Ref: starting('FunctionAliaslive') };

    expect(all(aliased, 'AWS::Lambda::Permission')).toMatchObject([{ FunctionName: alias }]);
    expect(all(aliased, 'AWS::Lambda::EventInvokeConfig')).toMatchObject([
      // the alias's name, behind the last colon of its ARN
      { Qualifier: { 'Fn::Select': [7, { 'Fn::Split': [':', alias] }] }, MaximumRetryAttempts: 2 },
    ]);
    expect(all(aliased, 'AWS::S3::Bucket')).toMatchObject([
      { NotificationConfiguration: { LambdaConfigurations: [{ Function: alias }, { Function: alias }] } },
    ]);
  });

  test('lets a bucket of another account invoke the function by its name and its account', () => {
    const open = templateOf({ foreignBucket: { name: 'partner-orders', accountId: '222233334444' } });

    expect(all(open, 'AWS::Lambda::Permission')).toContainEqual(
      expect.objectContaining({
        Principal: 's3.amazonaws.com',
        SourceArn: 'arn:aws:s3:::partner-orders',
        SourceAccount: '222233334444',
      }),
    );
  });

  test('is refused where a key could match two filters, as S3 would refuse it', () => {
    const filters = [
      { prefix: 'incoming/', suffix: '.json' },
      { prefix: 'incoming/2026/', suffix: 'order.json' },
    ];

    expect(() => templateOf({ filters })).toThrow(
      'the filters {"prefix":"incoming/","suffix":".json"} and {"prefix":"incoming/2026/","suffix":"order.json"} overlap',
    );
  });
});

const matches = (key: string, { prefix = '', suffix = '' }: NotificationFilter): boolean =>
  key.startsWith(prefix) && key.endsWith(suffix);

const longer = (left = '', right = ''): string => (left.length > right.length ? left : right);

function isRefused(...filters: readonly NotificationFilter[]): boolean {
  try {
    refuseOverlaps(filters);
    return false;
  } catch {
    return true;
  }
}

describe('two filters', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });
  const filter = fc.record({ prefix: part, suffix: part }, { requiredKeys: [] });

  test('overlap exactly where some key matches both', () => {
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        // if there is such a key, this is one
        const key = longer(one.prefix, other.prefix) + longer(one.suffix, other.suffix);

        expect(isRefused(one, other)).toBe(matches(key, one) && matches(key, other));
      }),
    );
  });

  test('do not overlap where beginnings or ends differ', () => {
    expect(
      isRefused(
        { prefix: 'a/', suffix: '.json' },
        { prefix: 'a/', suffix: '.csv' },
        { prefix: 'b/', suffix: '.json' },
      ),
    ).toBe(false);
  });
});

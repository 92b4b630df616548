import { describe, expect, test } from 'vitest';
import { resource, resourcesOfType, synthesize } from '../support/pipeline-template.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition: unknown;
}

describe.each([
  ['dev', 7],
  ['prod', 365],
])('the bucket of access logs in %s', (stage, days) => {
  const template = synthesize({ stage });
  const [[id, bucket]] = resourcesOfType(template, 'AWS::S3::Bucket').filter(([one]) =>
    one.startsWith('AccessLogBucket'),
  ) as [[string, ReturnType<typeof resource>]];

  test('hears of what is asked of the other buckets, a folder each', () => {
    const others = resourcesOfType(template, 'AWS::S3::Bucket').filter(([one]) => one !== id);

    expect(others.map(([, { Properties }]) => Properties['LoggingConfiguration'])).toEqual([
      { DestinationBucketName: { Ref: id }, LogFilePrefix: 'IngestBucket/' },
      { DestinationBucketName: { Ref: id }, LogFilePrefix: 'OutputBucket/' },
    ]);
  });

  test('lets S3 write into each folder on behalf of its bucket alone', () => {
    const { Statement } = resource(template, 'AWS::S3::BucketPolicy', 'AccessLogBucket').Properties[
      'PolicyDocument'
    ] as { Statement: Statement[] };
    const admitted = Statement.filter(({ Effect }) => Effect === 'Allow');

    expect(
      admitted.map(({ Principal, Action, Resource, Condition }) => [Principal, Action, Resource, Condition]),
    ).toEqual(
      ['IngestBucket', 'OutputBucket'].map((name) => {
        const [logged] = Object.keys(template.Resources).filter((one) =>
          new RegExp(`^${name}[0-9A-F]{8}$`).test(one),
        );
        return [
          { Service: 'logging.s3.amazonaws.com' },
          's3:PutObject',
          { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, `/${name}/*`]] },
          {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [logged, 'Arn'] } },
          },
        ];
      }),
    );
  });

  test(`keeps them for ${days} days, under S3’s own key`, () => {
    const { LifecycleConfiguration, BucketEncryption } = bucket.Properties;

    expect(LifecycleConfiguration.Rules).toContainEqual({
      Id: 'logs',
      ExpirationInDays: days,
      Status: 'Enabled',
    });
    expect(JSON.stringify(BucketEncryption)).toContain('AES256');
  });
});

describe('the buckets', () => {
  test.each(['dev', 'prod'])('refuse TLS older than 1.2 in %s', (stage) => {
    const template = synthesize({ stage });
    const policies = resourcesOfType(template, 'AWS::S3::BucketPolicy');

    expect(policies).toHaveLength(resourcesOfType(template, 'AWS::S3::Bucket').length);
    for (const [, { Properties }] of policies) {
      expect(Properties['PolicyDocument'].Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
        }),
      );
    }
  });
});

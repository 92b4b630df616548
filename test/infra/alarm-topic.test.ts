import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { AlarmTopic, type AlarmTopicProps } from '../../infra/constructs/alarm-topic.ts';
import { resource, resourcesOfType, synthesize, type PipelineTemplate } from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** What makes CloudWatch publish for alarms of this account, and of no other. */
const FOR_ALARMS = {
  Sid: 'AllowAlarmsOfThisAccount',
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Condition: {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([':alarm:*'])] } },
  },
};

function synthesized(props: (stack: Stack) => AlarmTopicProps): PipelineTemplate {
  const stack = new Stack(new App({ outdir: temporaryFolder(), analyticsReporting: false }), 'Watch');
  new AlarmTopic(stack, 'AlarmTopic', props(stack));
  return Template.fromStack(stack).toJSON() as PipelineTemplate;
}

describe.each(['dev', 'prod'])('the alarm topic of %s', (stage) => {
  const template = synthesize({ stage });
  const [[id] = ['']] = resourcesOfType(template, 'AWS::SNS::Topic');
  const [[, policy] = [undefined, undefined]] = resourcesOfType(template, 'AWS::SNS::TopicPolicy');

  test('hears every alarm', () => {
    const alarms = resourcesOfType(template, 'AWS::CloudWatch::Alarm');

    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.map(([, { Properties }]) => Properties['AlarmActions'])).toEqual(
      alarms.map(() => [{ Ref: id }]),
    );
    expect(template.Outputs['AlarmTopicArn']).toEqual({ Value: { Ref: id } });
  });

  test('takes alarms of this account, over TLS, and nothing else', () => {
    expect(policy?.Properties['Topics']).toEqual([{ Ref: id }]);
    expect(policy?.Properties['PolicyDocument'].Statement).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: { Ref: id },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { ...FOR_ALARMS, Action: 'sns:Publish', Resource: { Ref: id } },
    ]);
  });

  test('has a subscriber where the context names a mailbox', () => {
    const subscribed = synthesize({ stage, alarmEmail: 'oncall@example.com' });

    expect(resourcesOfType(template, 'AWS::SNS::Subscription')).toEqual([]);
    expect(
      resourcesOfType(subscribed, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties),
    ).toEqual([{ Protocol: 'email', Endpoint: 'oncall@example.com', TopicArn: { Ref: id } }]);
  });
});

describe('an alarm topic', () => {
  test('under a customer key lets alarms use the key, and nothing more', () => {
    const template = synthesized((stack) => ({ stage: {}, encryptionKey: new Key(stack, 'Key') }));
    const [[keyId, key] = ['', undefined]] = resourcesOfType(template, 'AWS::KMS::Key');

    expect(resource(template, 'AWS::SNS::Topic', 'AlarmTopic').Properties).toMatchObject({
      KmsMasterKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] },
    });
    expect(key?.Properties['KeyPolicy'].Statement.slice(1)).toEqual([
      { ...FOR_ALARMS, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' },
    ]);
  });

  test('that the stage names is left as it is', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';

    expect(synthesized(() => ({ stage: { alarmTopicArn } })).Resources ?? {}).toEqual({});
  });
});

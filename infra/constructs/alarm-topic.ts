import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface AlarmTopicProps {
  readonly stage: Pick<Stage, 'alarmTopicArn' | 'alarmEmail'>;
  /**
   * A customer key: CloudWatch cannot publish to a topic that SNS's own key encrypts. What CloudWatch may do with the key is added to
   * the key's policy; a key of another app has to say so itself.
   * @default not encrypted: an alarm's text holds names of resources, and no key of an object
   */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * Where every alarm of a pipeline is told: a topic of its own, to which CloudWatch alarms of this account alone may publish, or the
 * one that the stage names. `alarmEmail` hears it, once whoever reads that mailbox has confirmed what SNS asks there.
 */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: AlarmTopicProps) {
    super(scope, id);
    this.topic =
      stage.alarmTopicArn === undefined
        ? this.#own(stage.alarmEmail, encryptionKey)
        : Topic.fromTopicArn(this, 'Given', stage.alarmTopicArn);
  }

  #own(email: string | undefined, encryptionKey: IKey | undefined): Topic {
    // an id that the CDK leaves out of logical ids
    const topic = new Topic(this, 'Default', {
      displayName: 'Sluice alarms',
      enforceSSL: true,
      ...(encryptionKey !== undefined && { masterKey: encryptionKey }),
    });
    // a topic with a policy has SNS's default one no more, by which alarms of the account may publish
    topic.addToResourcePolicy(this.#forAlarms(['sns:Publish'], topic.topicArn));
    encryptionKey?.addToResourcePolicy(this.#forAlarms(['kms:Decrypt', 'kms:GenerateDataKey'], '*'));
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  #forAlarms(actions: string[], resource: string): PolicyStatement {
    const stack = Stack.of(this);
    return new PolicyStatement({
      sid: 'AllowAlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      resources: [resource],
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    });
  }
}

import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** An event as it came over the bus. */
export interface HeardEvent {
  readonly id: string;
  readonly 'detail-type': string;
  readonly 'replay-name'?: string;
  readonly detail: {
    readonly object: {
      readonly key: string;
      readonly sequencer?: string;
      readonly etag?: string;
      readonly size?: number;
      readonly 'version-id'?: string;
    };
    readonly reason?: string;
    readonly 'deletion-type'?: string;
  };
}

/** A rule and a queue of its own, beside the stack's: hears what a bucket really emits. */
export class Eavesdropper {
  readonly ruleArn: string;
  readonly #events: EventBridgeClient;
  readonly #sqs: SQSClient;
  readonly #name: string;
  readonly #queueUrl: string;

  private constructor(
    events: EventBridgeClient,
    sqs: SQSClient,
    name: string,
    queueUrl: string,
    ruleArn: string,
  ) {
    this.#events = events;
    this.#sqs = sqs;
    this.#name = name;
    this.#queueUrl = queueUrl;
    this.ruleArn = ruleArn;
  }

  /** @param name of the rule and the queue, which must not exist yet */
  static async start(
    events: EventBridgeClient,
    sqs: SQSClient,
    bucket: string,
    name = 'eavesdropper',
  ): Promise<Eavesdropper> {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const queueArn = Attributes?.['QueueArn'] ?? '';
    const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: [bucket] } } });
    const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name: name, EventPattern }));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
        },
      ],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'queue', Arn: queueArn }] }));
    return new Eavesdropper(events, sqs, name, QueueUrl, RuleArn);
  }

  /** Takes what has been heard since the last time, as bodies. @param waitSeconds for the first one, 0-20 */
  async take(waitSeconds = 0): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: bodies.length === 0 ? waitSeconds : 0,
        }),
      );
      if (Messages.length === 0) return bodies;
      for (const { Body = '', ReceiptHandle } of Messages) {
        bodies.push(Body);
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle }));
      }
    }
  }

  async stop(): Promise<void> {
    await this.#events.send(new RemoveTargetsCommand({ Rule: this.#name, Ids: ['queue'] }));
    await this.#events.send(new DeleteRuleCommand({ Name: this.#name }));
    await this.#sqs.send(new DeleteQueueCommand({ QueueUrl: this.#queueUrl }));
  }
}

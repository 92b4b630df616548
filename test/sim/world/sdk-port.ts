import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A call of the AWS SDK: `{ name: "PutCommand", input: { TableName: … } }` */
export interface SdkCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type Answer = (call: SdkCall, signal: AbortSignal | undefined) => Promise<unknown>;

interface Sending {
  send: unknown;
}

const CLIENTS = [S3Client, SQSClient, DynamoDBDocumentClient].map(
  ({ prototype }) => prototype as unknown as Sending,
);

/** Answers the calls of every SDK client in this thread, in place of the network. */
export class SdkPort implements Disposable {
  readonly #before = CLIENTS.map((client) => client.send);

  constructor(answer: Answer) {
    const send = async (
      command: { readonly constructor: { readonly name: string }; readonly input: SdkCall['input'] },
      options?: { readonly abortSignal?: AbortSignal },
    ): Promise<unknown> =>
      answer({ name: command.constructor.name, input: command.input }, options?.abortSignal);
    for (const client of CLIENTS) client.send = send;
  }

  [Symbol.dispose](): void {
    CLIENTS.forEach((client, index) => {
      client.send = this.#before[index];
    });
  }
}

import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** An SQS message as Lambda passes it on; a body that is not text is written as JSON. */
export function sqsMessage(
  body: unknown,
  {
    id = crypto.randomUUID(),
    receiveCount = 1,
    attributes = {},
  }: { id?: string; receiveCount?: number; attributes?: Readonly<Record<string, string>> } = {},
): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `receipt-of-${id}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1795330800000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795330800001',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [
        name,
        { dataType: 'String', stringValue, stringListValues: [], binaryListValues: [] },
      ]),
    ),
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111122223333:queue',
    awsRegion: 'eu-central-1',
  };
}

export function sqsBatch(...messages: readonly SQSRecord[]): SQSEvent {
  return { Records: [...messages] };
}

/** A Lambda context whose clock stands at the given time left, or tells what the function says. */
export function lambdaContext(remainingTimeMs: number | (() => number) = 30_000): Context {
  return {
    awsRequestId: '5e2b8f0e-8f0e-4c0e-9f0e-5e2b8f0e8f0e',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'consumer',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:consumer',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/consumer',
    logStreamName: '2026/11/20/[$LATEST]1',
    getRemainingTimeInMillis: typeof remainingTimeMs === 'number' ? () => remainingTimeMs : remainingTimeMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

/** Ids of the messages that the handler leaves in the queue. */
export function failedIds(answer: unknown): readonly string[] {
  return (answer as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

import { createHash } from 'node:crypto';

/** Where and when the messages were received. */
interface Received {
  /** ISO 8601. @default 2026-11-20T07:00:00Z */
  readonly time?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default eu-west-1 */
  readonly region?: string;
}

/**
 * A batch of SQS messages as Lambda hands it to a function, one for each event: their bodies are the events as texts.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqsBatch(
  events: readonly object[],
  { time = '2026-11-20T07:00:00Z', account = '111122223333', region = 'eu-west-1' }: Received = {},
): Record<string, unknown> {
  const sentAt = String(Date.parse(time));
  return {
    Records: events.map((event, index) => {
      const body = JSON.stringify(event);
      return {
        messageId: `059f36b4-87a3-44ab-83d2-${String(index).padStart(12, '0')}`,
        receiptHandle: `sample-${index}`,
        body,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: sentAt,
          SenderId: 'AIDAINPONIXQXHT3IKHL2',
          ApproximateFirstReceiveTimestamp: sentAt,
        },
        messageAttributes: {},
        md5OfBody: createHash('md5').update(body).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${region}:${account}:sample`,
        awsRegion: region,
      };
    }),
  };
}

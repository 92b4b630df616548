import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';

interface Exchange {
  readonly title: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const recording = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/wire/boto3-services.json'), 'utf8'),
) as { client: string; exchanges: readonly Exchange[] };

describe(`what ${recording.client} was seen to send to SQS, EventBridge, DynamoDB and Lambda`, () => {
  let pipeline: PipelineUnderTest;
  const answers = new Map<string, Record<string, unknown>>();

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
  });

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  /** Sends the request again as it was, but for the host. */
  const send = async ({ method, target, headers, body }: Exchange) => {
    const { hostname, port, host } = new URL(pipeline.endpoint);
    const bytes = Buffer.from(
      Buffer.from(body, 'base64').toString().replaceAll('http://ENDPOINT', pipeline.endpoint),
    );
    const kept = headers.filter(([name]) => !['host', 'content-length'].includes(name.toLowerCase()));
    return await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const outgoing = request({ hostname, port, method, path: target }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      outgoing.on('error', reject);
      for (const [name, value] of kept) outgoing.setHeader(name, value);
      outgoing.setHeader('host', host);
      outgoing.setHeader('content-length', bytes.length);
      outgoing.end(bytes);
    });
  };

  test.each(recording.exchanges)('$title is answered', async (exchange) => {
    const { status, text } = await send(exchange);
    answers.set(exchange.title, JSON.parse(text || '{}') as Record<string, unknown>);

    expect([status, text]).toEqual([200, expect.any(String)]);
  });

  test('and the answers hold what was sent', () => {
    expect(answers.get('AmazonSQS.ReceiveMessage')?.['Messages']).toHaveLength(3);
    expect(answers.get('AWSEvents.ListRules')?.['Rules']).toHaveLength(3);
    expect(answers.get('AWSEvents.PutEvents')).toMatchObject({ FailedEntryCount: 0 });
    expect(answers.get('AWSEvents.TestEventPattern')).toEqual({ Result: true });
    expect(answers.get('DynamoDB_20120810.GetItem')).toEqual({
      Item: { file_key: { S: '__proto__' }, row_count: { N: '12345678901234567890123456789012345678' } },
    });
    expect(answers.get('Invoke')).toMatchObject({ written: 0 });
  });
});

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from '../../support/browser.ts';
import { ConsoleUnderTest } from '../../support/console.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';

const HOSTILE = 'csv/\u202e<img src=x onerror=alert(1)>.csv';

describe.skipIf(!hasBrowser)('the page of dead letters (skipped where there is no Chromium)', () => {
  let pipeline: PipelineUnderTest;
  let browser: Browser;
  let console: ConsoleUnderTest;

  beforeAll(async () => {
    [pipeline, browser] = await Promise.all([PipelineUnderTest.start(), launchBrowser()]);
    console = await ConsoleUnderTest.start({ pipeline, browser });
  });
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]();
    await browser?.close();
    await pipeline?.[Symbol.asyncDispose]();
  });

  const eventOf = (key: string): string =>
    JSON.stringify({
      version: '0',
      id: '17793124-05d4-b198-2fde-7ededc63b103',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: '2026-11-20T07:00:00Z',
      region: 'us-east-1',
      resources: [`arn:aws:s3:::${pipeline.bucket}`],
      detail: {
        version: '0',
        bucket: { name: pipeline.bucket },
        object: {
          key,
          size: 5,
          etag: 'b1946ac92492d2347c6235b4d2611184',
          'version-id': 'v1',
          sequencer: '0061',
        },
        'request-id': 'N4N7GDK58NMKJ12R',
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });

  async function letter(body: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('MetadataWriterDeadLetterQueueUrl'),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
        ),
      }),
    );
  }

  const deadLetters = async (): Promise<number> => {
    const { queues } = await pipeline.status();
    const queueName = pipeline.output('MetadataWriterDeadLetterQueueUrl').split('/').at(-1)!;
    const { visible, inFlight } = queues[queueName]!;
    return visible + inFlight;
  };

  test('says that all is well, shows letters as they come, and redrives one by the mouse', async () => {
    const { page } = console;
    await console.open('/letters');
    await page.getByText('No dead letters: all is well').waitFor();

    await letter(eventOf(HOSTILE), {
      Reason: 'retries-exhausted',
      ErrorName: 'Throttled',
      ErrorMessage: 'too <b>many</b>',
    });
    await letter('no json', { Reason: 'malformed-event', ErrorMessage: 'no event' });
    await page.getByText('2 letters, the newest first').waitFor();
    await page
      .getByRole('listitem')
      .getByText(String.raw`csv/\u202e<img src=x onerror=alert(1)>.csv`)
      .click();
    await page.getByRole('heading', { name: 'Attributes' }).waitFor();

    expect(await page.getByLabel('Event', { exact: true }).innerText()).toContain(
      String.raw`"key": "csv/\u202e<img src=x onerror=alert(1)>.csv"`,
    );
    await page.getByRole('button', { name: 'Redrive this letter' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Redrive: 1' }).click();
    await dialog.getByText('1 letter went back to the queue of the consumer.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText('This letter is not there').waitFor();

    await waitFor(
      async () => (await pipeline.metadataRows()).some((row) => row['object_key'] === HOSTILE),
      'the row of the redriven event',
    );
    expect(await deadLetters()).toBe(1);
  });

  test('purges by the keyboard once the count is typed, and filters in its address', async () => {
    const { page } = console;
    await console.open('/letters?reason=malformed-event');
    await page.getByText('1 letter, the newest first').waitFor();

    await page.getByRole('button', { name: 'Purge letters of metadata-writer, malformed-event' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type 1 to go on/).fill('2');
    expect(await dialog.getByRole('button', { name: 'Purge: 1' }).isDisabled()).toBe(true);
    await dialog.getByLabel(/Type 1 to go on/).fill('1');
    await dialog.getByRole('button', { name: 'Purge: 1' }).press('Enter');
    await dialog.getByText('1 letter deleted for good.').waitFor();
    await page.keyboard.press('Escape');

    await page.getByText('No dead letters: all is well').waitFor();
    expect(await deadLetters()).toBe(0);
  });
});

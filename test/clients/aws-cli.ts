import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Place, prefixOf, ROWS } from './check.ts';
import { fetchText, isExecutable, run, same } from './program.ts';

const PROGRAM = '/usr/bin/aws';
const PREFIX = prefixOf({ name: 'aws-cli' });

const aws = (place: Place, ...args: string[]) =>
  run(place, [PROGRAM, '--endpoint-url', place.endpoint, ...args]);
const at = ({ bucket }: Place, key: string) => `s3://${bucket}/${PREFIX}${key}`;

/** How many messages wait in a queue or are being worked on, as the CLI prints it: `"1"`. */
async function waiting(place: Place, queue: string): Promise<string> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  const asked = ['get-queue-attributes', '--queue-url', queue, '--attribute-names', ...names];
  const { Attributes } = JSON.parse(await aws(place, 'sqs', ...asked)) as {
    Attributes: Record<string, string>;
  };
  return String(names.reduce((sum, name) => sum + Number(Attributes[name]), 0));
}

/** Debian's `awscli`, which is older than AWS_ENDPOINT_URL and speaks SQS's query protocol. */
export const awsCli: Client = {
  name: 'aws-cli',
  isHere: () => isExecutable(PROGRAM),
  checks: [
    {
      what: 'says who it is',
      async run(place) {
        const { Account } = JSON.parse(await aws(place, 'sts', 'get-caller-identity')) as { Account: string };
        same('account', Account, '000000000000');
      },
    },
    {
      what: 'uploads small and large',
      async run(place) {
        for (const name of ['small.csv', 'large.csv']) {
          await aws(place, 's3', 'cp', join(place.folder, name), at(place, name));
        }
      },
    },
    {
      what: 'lists',
      async run(place) {
        const listed = await aws(place, 's3', 'ls', at(place, ''));
        same(
          'names',
          [...listed.matchAll(/(\S+)$/gm)].map(([, name]) => name),
          ['large.csv', 'small.csv'],
        );
      },
    },
    {
      what: 'copies and moves above 8 MB',
      async run(place) {
        await aws(place, 's3', 'cp', at(place, 'large.csv'), at(place, 'copied.csv'));
        await aws(place, 's3', 'mv', at(place, 'copied.csv'), at(place, 'moved.csv'));
      },
    },
    {
      what: 'presigns a download',
      async run(place) {
        const url = await aws(place, 's3', 'presign', at(place, 'small.csv'), '--expires-in', '60');
        same('content', await fetchText(url.trim()), readFileSync(join(place.folder, 'small.csv'), 'utf8'));
      },
    },
    {
      what: 'syncs a folder, the second time nothing',
      async run(place) {
        const sync = () => aws(place, 's3', 'sync', join(place.folder, 'tree'), at(place, 'tree/'));
        await sync();
        same('second sync', await sync(), '');
      },
    },
    {
      what: 'removes',
      async run(place) {
        await aws(place, 's3', 'rm', at(place, 'small.csv'));
      },
    },
    {
      what: 'lists rules, and puts an event',
      async run(place) {
        const { Rules } = JSON.parse(await aws(place, 'events', 'list-rules')) as { Rules: unknown[] };
        same('rules', Rules.length >= 3, true);
        const entries = JSON.stringify([{ Source: 'clients', DetailType: 'Tried', Detail: '{}' }]);
        const put = await aws(place, 'events', 'put-events', '--entries', entries);
        same('failed entries', (JSON.parse(put) as { FailedEntryCount: number }).FailedEntryCount, 0);
      },
    },
    {
      what: 'finds a row by the index of its table',
      async run(place) {
        const table = ['--table-name', place.pipeline.output('ProcessedFilesTableName')];
        const dynamodb = (operation: string, ...args: string[]) =>
          aws(place, 'dynamodb', operation, ...table, ...args);
        const row = { file_key: { S: 'aws-cli' }, not_counted: { S: 'aws-cli#00' }, error: { S: 'tried' } };
        await dynamodb('put-item', '--item', JSON.stringify({ ...row, row_count: { N: '1' } }));
        const asked = ['--index-name', 'NotCounted', '--key-condition-expression', 'not_counted = :status'];
        const values = ['--expression-attribute-values', '{":status":{"S":"aws-cli#00"}}'];
        const { Items } = JSON.parse(await dynamodb('query', ...asked, ...values)) as { Items: object[] };
        same('found', sorted(Items[0] ?? {}), sorted(row));
        const consistent = dynamodb('query', ...asked, ...values, '--consistent-read');
        const refusal = await consistent.then(
          () => 'answered',
          (error: unknown) => String(error),
        );
        same(
          'consistent read refused',
          refusal.includes('Consistent reads are not supported on global secondary indexes'),
          true,
        );
        await dynamodb('delete-item', '--key', '{"file_key":{"S":"aws-cli"}}');
        same(
          'left',
          (JSON.parse(await dynamodb('query', ...asked, ...values)) as { Count: number }).Count,
          0,
        );
      },
    },
    {
      what: 'sends, receives and deletes a message',
      async run(place) {
        const queue = place.pipeline.output('CsvRowCounterDeadLetterQueueUrl');
        const sqs = (operation: string, ...args: string[]) => aws(place, 'sqs', operation, ...args);
        const { QueueUrls } = JSON.parse(await sqs('list-queues')) as { QueueUrls: string[] };
        same('listed', QueueUrls.includes(queue), true);
        await sqs('send-message', '--queue-url', queue, '--message-body', 'tried & <found>');
        same('waiting', await waiting(place, queue), '1');
        const received = await sqs('receive-message', '--queue-url', queue);
        const [message] = (JSON.parse(received) as { Messages: { Body: string; ReceiptHandle: string }[] })
          .Messages;
        same('body', message?.Body, 'tried & <found>');
        await sqs('delete-message', '--queue-url', queue, '--receipt-handle', message?.ReceiptHandle ?? '');
        same('left', await waiting(place, queue), '0');
      },
    },
  ],
  outcomes: {
    'small.csv': { rows: 'deleted', events: 2 },
    'large.csv': { rows: ROWS.large, events: 1 },
    'copied.csv': { rows: 'deleted', events: 2 },
    'moved.csv': { rows: ROWS.large, events: 1 },
    'tree/a.csv': { rows: ROWS.tree, events: 1 },
    'tree/below/b.csv': { rows: ROWS.tree, events: 1 },
  },
};

/** The attributes in one order, whatever the answer has them in. */
const sorted = (item: object): [string, unknown][] =>
  Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : 1));

import { createServer, type AddressInfo } from 'node:net';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { Debugger } from '../support/debugger.ts';
import { startOn } from '../support/npm-start.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import { Screen } from '../support/screen.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMIT_MS = 240_000;

interface Attempts {
  readonly attempts: readonly { readonly functionName: string; readonly outcome: string }[];
  readonly messages: readonly { readonly queueName: string; readonly visibleAt: string }[];
}

describe('npm start -- --inspect CONSUMER', () => {
  test(
    'stops at a breakpoint in the sources for longer than the timeout, and the message is counted once',
    async () => {
      const project = new ProjectCopy();
      // a timeout of a second, and with it six seconds of visibility
      project.edit(project.fileWith('timeout: Duration.minutes(15)', 'infra'), (text) =>
        text.replace('timeout: Duration.minutes(15)', 'timeout: Duration.seconds(1)'),
      );
      const file = 'functions/csv-row-counter/row-counter.ts';
      const line =
        project
          .read(file)
          .split('\n')
          .findIndex((text) => text.includes("logger.info('counted'")) + 1;
      await using screen = new Screen(['--inspect', 'csv-row-counter', '--inspect-port', '0'], {
        projectDir: project.path,
      });
      await screen.summary();
      const said = await screen.line(/^debug csv-row-counter at ws:/);
      const [, url = '', port = ''] = /at (ws:\/\/127\.0\.0\.1:(\d+)\/\S+) /.exec(said) ?? [];
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as object[];
      const { endpoint, region, outputs } = screen.description();
      const client = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
      using s3 = closing(new S3Client({ ...client, forcePathStyle: true }));
      using tables = closing(new DynamoDBClient(client));
      const bucket = outputs['IngestBucketName']!;
      const attempts = async (): Promise<Attempts> =>
        (await (
          await fetch(`${endpoint}/_sluice/attempts?bucket=${bucket}&key=csv/orders.csv`)
        ).json()) as Attempts;
      const hiddenUntil = async (): Promise<string> =>
        (await attempts()).messages.find(({ queueName }) => queueName.endsWith('csv-row-counter'))
          ?.visibleAt ?? '';

      using attached = await Debugger.attach(url);
      const place = { file: join(realpathSync(project.path), file), line };
      const set = await attached.breakAt(place);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'csv/orders.csv', Body: 'a,b\n1,2\n3,4\n' }));
      const stopped = await attached.paused();
      // the message is hidden again when half of its six seconds are over: three timeouts
      const first = await hiddenUntil();
      await waitFor(async () => (await hiddenUntil()) > first, 'the message to be hidden for longer');
      const isConnected = attached.isConnected;
      await attached.resume();
      await waitFor(async () => (await hiddenUntil()) === '', 'the message to be done with');

      expect(targets).toEqual([expect.objectContaining({ webSocketDebuggerUrl: url })]);
      expect([set, stopped]).toEqual([place, place]);
      expect(isConnected).toBe(true);
      const row = await tables.send(
        new GetItemCommand({
          TableName: outputs['ProcessedFilesTableName']!,
          Key: { file_key: { S: 'csv/orders.csv' } },
        }),
      );
      expect(row.Item?.['row_count']).toEqual({ N: '3' });
      const counted = (await attempts()).attempts.filter(({ functionName }) =>
        /CsvRowCounter/.test(functionName),
      );
      expect(counted).toEqual([expect.objectContaining({ outcome: 'succeeded', attempt: 1 })]);
    },
    LIMIT_MS,
  );

  test('names the consumers that there are when there is no such one', async () => {
    const { exitCode, stderr } = await startOn(
      temporaryFolder('start'),
      '--inspect',
      'csv',
      '--inspect-port',
      '0',
    );

    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'npm start: --inspect "csv": no such consumer; there are metadata-writer, csv-row-counter, ledger-exporter; see npm start -- --help\n',
    );
  });

  test('says that another program has the port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;

    const { exitCode, stderr } = await startOn(
      temporaryFolder('start'),
      '--inspect',
      'csv-row-counter',
      '--inspect-port',
      String(port),
    );
    other.close();

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`the inspector's port ${port} is taken by another program; stop that one`);
  });
});

const closing = <T extends { destroy(): void }>(client: T): T & Disposable =>
  Object.assign(client, { [Symbol.dispose]: () => client.destroy() });

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileHeads, statusAfter, type HostileBytes } from '../support/hostile-requests.ts';
import { listeningSocketsOf, runtimeApisOf } from '../support/listening-sockets.ts';
import { openConnections } from '../support/open-connections.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { mainThreadMs, peakBytes } from '../support/process-use.ts';
import { waitFor } from '../support/wait-for.ts';

const PATIENCE_MS = 300_000;
/** What a pipeline may need beyond what it has had at rest: the bodies that are read whole, and their garbage. */
const MOST_MORE_BYTES = 512 * 1_048_576;

const portOf = (address: string) =>
  Number(new URL(address.startsWith('http') ? address : `http://${address}`).port);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const authorization = (service: string) =>
  `authorization: AWS4-HMAC-SHA256 Credential=local/20261126/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0\r\n`;

const isRefusal = (status: number | undefined) =>
  status === undefined || (status >= 400 && status < 500) || status === 501;

const notRefused = async (port: number, requests: readonly HostileBytes[]): Promise<string[]> => {
  const wrong: string[] = [];
  for (const one of requests) {
    const status = await statusAfter(port, one);
    if (!isRefusal(status)) wrong.push(`${one.what}: ${status}`);
  }
  return wrong;
};

describe.skipIf(process.platform !== 'linux')(
  'a pipeline that is attacked (skipped where there is no /proc)',
  () => {
    let pipeline: PipelineUnderTest;
    let filesBefore: string[];
    let peakBefore: number;
    beforeAll(async () => {
      pipeline = await PipelineUnderTest.start({
        more: ['--console-port', '0', '--inspect', 'csv-row-counter', '--inspect-port', '0'],
      });
      // every function has started
      await waitFor(() => runtimeApisOf(pipeline.pid).length >= 3, 'the functions', 60_000);
      filesBefore = files();
      peakBefore = peakBytes(pipeline.pid);
    });
    afterAll(() => pipeline?.[Symbol.asyncDispose]());

    /** Objects, bodies, logs and tables, without what SQLite and LevelDB keep beside theirs. */
    const files = (): string[] =>
      readdirSync(pipeline.dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(pipeline.dataDir, join(entry.parentPath, entry.name)))
        .filter((name) => !/^(sluice\.db|dynamodb\/)/.test(name))
        .toSorted();

    /** Every port that the pipeline and its functions listen at, by what answers there. */
    function doors(): ReadonlyMap<string, 'console' | 'gateway' | 'inspector' | 'runtime API'> {
      const runtimeApis = new Set(
        runtimeApisOf(pipeline.pid).map((address) => new URL(`http://${address}`).host),
      );
      const known = new Map([
        [new URL(pipeline.endpoint).host, 'gateway' as const],
        [new URL(pipeline.consoleUrl!).host, 'console' as const],
      ]);
      return new Map(
        listeningSocketsOf(pipeline.pid)
          .filter(({ kind }) => kind !== 'unix')
          .map(({ pid, address }) => {
            const door = known.get(address) ?? (runtimeApis.has(address) ? 'runtime API' : undefined);
            if (door !== undefined) return [address, door];
            if (pid !== pipeline.pid) return [address, 'inspector'];
            throw new Error(`nobody knows what listens at ${address}: it needs hostile inputs of its own`);
          }),
      );
    }

    const addressOf = (wanted: string): string => {
      const found = [...doors()].find(([, door]) => door === wanted);
      if (found === undefined) throw new Error(`nothing listens as ${wanted}`);
      return found[0];
    };
    /** A request to the gateway that is signed, as far as any key does. */
    const signed = (
      what: string,
      line: string,
      service: string,
      headers: string,
      body: string,
    ): HostileBytes => ({
      what,
      pieces: [
        `${line} HTTP/1.1\r\nHost: ${new URL(pipeline.endpoint).host}\r\n${authorization(service)}${headers}content-length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n`,
        Buffer.from(body, 'latin1'),
      ],
    });
    const json = (what: string, target: string, body: string) =>
      signed(
        what,
        'POST /',
        'x',
        `x-amz-target: ${target}\r\ncontent-type: application/x-amz-json-1.0\r\n`,
        body,
      );

    test('has a gateway, a console, a debugger’s port, a Runtime API for each function, and no other port', () => {
      expect(new Set(doors().values())).toEqual(new Set(['gateway', 'console', 'inspector', 'runtime API']));
    });

    test.each(['gateway', 'console', 'inspector', 'runtime API'])(
      'refuses at its %s whatever is no request, or none that was asked for',
      { timeout: PATIENCE_MS },
      async (door) => {
        const address = addressOf(door);
        // these are answered as any other request
        const isHarmless = ({ what }: HostileBytes) =>
          door === 'console'
            ? [
                'a thousand at once',
                'a line that ends in a bare newline',
                'two hosts',
                'an upgrade',
              ].includes(what)
            : false;

        const wrong = await notRefused(
          portOf(address),
          hostileHeads(address).filter((one) => !isHarmless(one)),
        );

        expect(wrong).toEqual([]);
        expect((await pipeline.status()).drained).toBe(true);
      },
    );

    test('refuses bodies that are none, or too deep, or too much', { timeout: PATIENCE_MS }, async () => {
      const { bucket } = pipeline;
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const queue = JSON.stringify(pipeline.output('MetadataWriterQueueUrl'));
      const form = 'content-type: application/x-www-form-urlencoded\r\n';
      const boundary = 'content-type: multipart/form-data; boundary=b\r\n';
      const long = 'a'.repeat(400_000);
      const services = [
        'AmazonSQS.SendMessage',
        'AWSEvents.PutEvents',
        'DynamoDB_20120810.PutItem',
        'Logs_20140328.FilterLogEvents',
        'AWSStepFunctions.StartExecution',
      ];

      const wrong = await notRefused(portOf(pipeline.endpoint), [
        ...services.flatMap((target) => [
          json(`${target} with lists in lists`, target, deep),
          json(`${target} with a list`, target, '[1]'),
          json(`${target} with half a word`, target, '{"a": tru'),
          json(`${target} with a prototype`, target, '{"__proto__":{"QueueUrl":"x"},"constructor":1}'),
          json(`${target} with more than 16 MB`, target, `{"a":"${'a'.repeat(17 * 1_048_576)}"}`),
        ]),
        json(
          'an event in lists in lists',
          'AWSEvents.TestEventPattern',
          `{"EventPattern":${JSON.stringify(deep)},"Event":"{}"}`,
        ),
        json(
          'an expression in parentheses',
          'DynamoDB_20120810.Scan',
          `{"TableName":"${pipeline.output('UploadMetadataTableName')}","FilterExpression":"${'('.repeat(100_000)}"}`,
        ),
        json(
          'a message of no text',
          'AmazonSQS.SendMessage',
          `{"QueueUrl":${queue},"MessageBody":"\\u0000"}`,
        ),
        signed(
          'a form with many parameters',
          'POST /',
          'sqs',
          form,
          `Action=SendMessage&Version=1&${'Attribute.1.Name=a&'.repeat(100_000)}`,
        ),
        signed(
          'a function that is none',
          'POST /2015-03-31/functions/%2e%2e/invocations',
          'lambda',
          '',
          deep,
        ),
        signed('deletes in elements in elements', `POST /${bucket}?delete`, 's3', '', '<a>'.repeat(100_000)),
        signed(
          'deletes with entities',
          `POST /${bucket}?delete`,
          's3',
          '',
          `<!DOCTYPE Delete [${'<!ENTITY a "&a;&a;">'.repeat(10_000)}]><Delete>&a;</Delete>`,
        ),
        signed(
          'a form without an end',
          `POST /${bucket}`,
          's3',
          boundary,
          `--b\r\ncontent-disposition: form-data; name="key"\r\n\r\n${long}`,
        ),
        signed(
          'a digest that is not the body’s',
          `PUT /${bucket}/md5`,
          's3',
          'content-md5: 1B2M2Y8AsgTpgAmy7PhCfg==\r\n',
          long,
        ),
        signed(
          'a checksum that is not the body’s',
          `PUT /${bucket}/crc`,
          's3',
          'x-amz-checksum-crc32: AAAAAA==\r\n',
          long,
        ),
        signed(
          'a hash that is not the body’s',
          `PUT /${bucket}/sha`,
          's3',
          `x-amz-content-sha256: ${sha256('')}\r\n`,
          long,
        ),
        signed(
          'chunks that are none',
          `PUT /${bucket}/chunks`,
          's3',
          'content-encoding: aws-chunked\r\nx-amz-decoded-content-length: 400000\r\n',
          long,
        ),
        signed(
          'chunks that end early',
          `PUT /${bucket}/early`,
          's3',
          'content-encoding: aws-chunked\r\nx-amz-decoded-content-length: 10\r\n',
          '5\r\nabcde\r\n',
        ),
        signed(
          'chunks that say too little',
          `PUT /${bucket}/less`,
          's3',
          'content-encoding: aws-chunked\r\nx-amz-decoded-content-length: 1\r\n',
          '5\r\nabcde\r\n0\r\n\r\n',
        ),
        signed('a key that climbs', `PUT /${bucket}/../../evil`, 's3', '', 'evil'),
        signed('a key of a NUL', `PUT /${bucket}/%00`, 's3', '', 'evil'),
        signed('a key that is too long', `PUT /${bucket}/${'k'.repeat(1_025)}`, 's3', '', 'evil'),
        signed('a part of no upload', `PUT /${bucket}/k?partNumber=1&uploadId=../../evil`, 's3', '', 'evil'),
        {
          what: 'half an upload',
          pieces: [...signed('', `PUT /${bucket}/half`, 's3', '', long).pieces].map((piece) =>
            piece.slice(0, 300_000),
          ),
        },
      ]);

      expect(wrong).toEqual([]);
    });

    test.each<[what: string, request: (n: number) => HostileBytes]>([
      ['JSON in lists in lists', (n) => json('', 'AmazonSQS.SendMessage', `{"a":${'['.repeat(n)}`)],
      [
        'JSON with many fields',
        (n) =>
          json(
            '',
            'AWSEvents.PutEvents',
            `{${Array.from({ length: n / 10 }, (_, i) => `"a${i}":1`).join(',')}}`,
          ),
      ],
      [
        'a form with many parameters',
        (n) =>
          signed(
            '',
            'POST /',
            'sqs',
            'content-type: application/x-www-form-urlencoded\r\n',
            `Action=SendMessage&${'a.1=b&'.repeat(n / 6)}`,
          ),
      ],
      [
        'XML with many elements',
        (n) =>
          signed(
            '',
            `POST /${pipeline.bucket}?delete`,
            's3',
            '',
            `<Delete>${'<Object><Key>k</Key></Object>'.repeat(n / 30)}`,
          ),
      ],
      [
        'chunks of a byte',
        (n) =>
          signed(
            '',
            `PUT /${pipeline.bucket}/bytes`,
            's3',
            `content-encoding: aws-chunked\r\nx-amz-decoded-content-length: ${n}\r\n`,
            '1\r\nx\r\n'.repeat(n / 6),
          ),
      ],
      [
        'a multipart form of boundaries',
        (n) =>
          signed(
            '',
            `POST /${pipeline.bucket}`,
            's3',
            'content-type: multipart/form-data; boundary=b\r\n',
            '\r\n--a'.repeat(n / 5),
          ),
      ],
    ])(
      'takes about twice the time for twice the input, and no more: %s',
      { timeout: PATIENCE_MS },
      async (_, request) => {
        const port = portOf(pipeline.endpoint);
        const quickest = { single: Infinity, double: Infinity };
        const timeOf = async (n: number): Promise<number> => {
          const bytes = request(n);
          const before = mainThreadMs(pipeline.pid);
          await statusAfter(port, bytes);
          return mainThreadMs(pipeline.pid) - before;
        };
        let ratio = Infinity;
        for (let round = 0; round < 20 && ratio > 3; round++) {
          quickest.single = Math.min(quickest.single, await timeOf(600_000));
          quickest.double = Math.min(quickest.double, await timeOf(1_200_000));
          ratio = Math.max(0, quickest.double - 5) / Math.max(quickest.single, 0.1);
        }

        expect(ratio).toBeLessThanOrEqual(3);
      },
    );

    test('bears many who say half a word, and answers others meanwhile', async () => {
      const address = addressOf('gateway');
      await using open = await openConnections(portOf(address), 500, 'GET / HTTP/1.1\r\n');

      const listed = await pipeline.s3.send(new ListObjectVersionsCommand({ Bucket: pipeline.bucket }));

      expect([open.count, listed.Versions ?? []]).toEqual([500, []]);
    });

    test('answers sixty bodies of 15 MB at once', { timeout: PATIENCE_MS }, async () => {
      const port = portOf(pipeline.endpoint);
      const { what, pieces } = json('15 MB', 'AmazonSQS.SendMessage', 'a'.repeat(15 * 1_048_576));
      const body = { what, pieces: [...pieces] };

      const statuses = await Promise.all(
        Array.from({ length: 60 }, async () => await statusAfter(port, body, PATIENCE_MS)),
      );

      expect(new Set(statuses)).toEqual(new Set([400]));
    });

    test('has kept nothing of it all, and a bounded memory', async () => {
      const { bucket: Bucket } = pipeline;
      await waitFor(
        () => files().join('\n') === filesBefore.join('\n'),
        () => `the folder to be as it was: ${files().join(' ')}`,
      );
      const { Versions = [] } = await pipeline.s3.send(new ListObjectVersionsCommand({ Bucket }));
      const { Uploads = [] } = await pipeline.s3.send(new ListMultipartUploadsCommand({ Bucket }));
      const { queues } = await pipeline.status();

      expect([Versions, Uploads, await pipeline.metadataRows(), await pipeline.counterRows()]).toEqual([
        [],
        [],
        [],
        [],
      ]);
      expect(Object.values(queues).filter(({ visible, inFlight }) => visible + inFlight > 0)).toEqual([]);
      expect((peakBytes(pipeline.pid) - peakBefore) / 1_048_576).toBeLessThan(MOST_MORE_BYTES / 1_048_576);
    });

    test('works as before', { timeout: PATIENCE_MS }, async () => {
      const { bucket: Bucket } = pipeline;
      await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'csv/after.csv', Body: 'a,b\n1,2\n' }));

      await pipeline.workedOff('csv-row-counter', 'metadata-writer');
      const [[count], [row]] = await Promise.all([pipeline.counterRows(), pipeline.metadataRows()]);

      expect([count?.['row_count'], row?.['object_key']]).toEqual([2, 'csv/after.csv']);
    });
  },
);

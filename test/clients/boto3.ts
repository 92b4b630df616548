import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sluice } from '../support/sluice.ts';
import { type Client, type Place, prefixOf, ROWS } from './check.ts';
import { fetchText, isExecutable, run, same } from './program.ts';
import { postForm } from './post-form.ts';

const PROGRAM = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'boto3-checks.py');
const PREFIX = prefixOf({ name: 'boto3' });

async function python(place: Place, what: string, ...more: string[]): Promise<unknown> {
  const printed = await run(place, [
    PROGRAM,
    SCRIPT,
    what,
    place.endpoint,
    place.bucket,
    PREFIX,
    place.folder,
    ...more,
  ]);
  return printed === '' ? undefined : JSON.parse(printed);
}

const arn = (what: string) => `arn:aws:events:us-east-1:000000000000:${what}`;

/** Debian's `python3-boto3`. In us-east-1 it presigns by SigV2. */
export const boto3: Client = {
  name: 'boto3',
  isHere: () => isExecutable(PROGRAM) && spawnSync(PROGRAM, ['-c', 'import boto3']).status === 0,
  checks: [
    {
      what: 'says who it is',
      run: async (place) => same('account', await python(place, 'identity'), '000000000000'),
    },
    { what: 'uploads small and large', run: async (place) => void (await python(place, 'upload')) },
    {
      what: 'lists',
      run: async (place) => same('names', await python(place, 'list'), ['large.csv', 'small.csv']),
    },
    { what: 'copies above 8 MB', run: async (place) => void (await python(place, 'copy')) },
    {
      what: 'presigns download, upload and form',
      async run(place) {
        const { get, put, post } = (await python(place, 'presign')) as {
          get: string;
          put: string;
          post: { url: string; fields: Record<string, string> };
        };
        const small = readFileSync(join(place.folder, 'small.csv'), 'utf8');
        same('signature', new URL(get).searchParams.has('AWSAccessKeyId'), true);
        same('content', await fetchText(get), small);
        // as bytes: with a string goes a content type, which SigV2 wants to be signed
        await fetchText(put, { method: 'PUT', body: Buffer.from(small) });
        await postForm(post, small);
      },
    },
    {
      what: 'deletes by version, as status says',
      async run(place) {
        const { pipeline, bucket } = place;
        const Key = `${PREFIX}purged.csv`;
        await pipeline.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key, Body: readFileSync(join(place.folder, 'small.csv')) }),
        );
        await pipeline.drain();
        await python(place, 'purge');
        await pipeline.drain();
        const { stdout, stderr } = await sluice(['status', Key], { pipeline });
        if (!stdout.includes('removed by version')) throw new Error(`sluice status: ${stdout}${stderr}`);
      },
    },
    {
      what: 'sends, receives and deletes messages',
      run: async (place) =>
        same(
          'queue',
          await python(place, 'queue', place.pipeline.output('LedgerExporterDeadLetterQueueUrl')),
          {
            url: true,
            listed: true,
            batch: 2,
            waiting: '3',
            bodies: ['one', 'three', 'two'],
            colours: ['blue'],
            receives: ['2', '2', '2'],
            deleted: 2,
            left: ['0', '0'],
          },
        ),
    },
    {
      what: 'lists rules and targets, puts events',
      run: async (place) =>
        same('events', await python(place, 'events'), {
          bus: 'default',
          rules: 3,
          queues: 3,
          put: [null, 'NotAuthorizedForSourceException'],
        }),
    },
    {
      what: 'finds rows by the index of their table',
      async run(place) {
        same('index', await python(place, 'index', place.pipeline.output('ProcessedFilesTableName')), {
          found: ['a', 'b'].map((name) => [
            ['error', 'tried'],
            ['file_key', `boto3/${name}`],
            ['not_counted', 'boto3#00'],
          ]),
          below: 1,
          refused: 'Consistent reads are not supported on global secondary indexes',
          left: 0,
          indexes: ['ACTIVE'],
        });
      },
    },
    {
      what: 'replays, which changes nothing',
      async run(place) {
        const { pipeline } = place;
        const source = arn(`archive/${pipeline.output('EventArchiveName')}`);
        same('state', await python(place, 'replay', source, arn('event-bus/default')), 'STARTING');
        await pipeline.drain();
        same('state', await python(place, 'replayed'), 'COMPLETED');
      },
    },
  ],
  outcomes: {
    'small.csv': { rows: ROWS.small, events: 1 },
    'large.csv': { rows: ROWS.large, events: 1 },
    'copied.csv': { rows: ROWS.large, events: 1 },
    'purged.csv': { rows: ROWS.small, events: 2 },
    'put.csv': { rows: ROWS.small, events: 1 },
    'posted/page.csv': { rows: ROWS.small, events: 1 },
  },
};

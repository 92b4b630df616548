import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Place, prefixOf, ROWS } from './check.ts';
import { fetchText, isExecutable, run, same } from './program.ts';

const PROGRAM = '/usr/bin/s3cmd';
const PREFIX = prefixOf({ name: 's3cmd' });

const s3cmd = (place: Place, ...args: string[]) => {
  const { host } = new URL(place.endpoint);
  const { accessKeyId, secretAccessKey } = place.credentials;
  const where = [`--host=${host}`, `--host-bucket=${host}`, '--no-ssl', '--region=us-east-1'];
  const key = [`--access_key=${accessKeyId}`, `--secret_key=${secretAccessKey}`];
  return run(place, [
    PROGRAM,
    '--config=/dev/null',
    ...where,
    ...key,
    '--multipart-chunk-size-mb=5',
    ...args,
  ]);
};
const at = ({ bucket }: Place, key: string) => `s3://${bucket}/${PREFIX}${key}`;

/** It signs URLs by SigV2. */
export const s3cmdClient: Client = {
  name: 's3cmd',
  isHere: () => isExecutable(PROGRAM),
  checks: [
    {
      what: 'uploads small and large',
      async run(place) {
        for (const name of ['small.csv', 'large.csv']) {
          await s3cmd(place, 'put', join(place.folder, name), at(place, name));
        }
      },
    },
    {
      what: 'lists',
      async run(place) {
        const listed = await s3cmd(place, 'ls', at(place, ''));
        same(
          'names',
          [...listed.matchAll(/([^/\n]+)$/gm)].map(([, name]) => name),
          ['large.csv', 'small.csv'],
        );
      },
    },
    {
      what: 'copies and moves above 8 MB',
      async run(place) {
        await s3cmd(place, 'cp', at(place, 'large.csv'), at(place, 'copied.csv'));
        await s3cmd(place, 'mv', at(place, 'copied.csv'), at(place, 'moved.csv'));
      },
    },
    {
      what: 'signs a download',
      async run(place) {
        const url = (await s3cmd(place, 'signurl', at(place, 'small.csv'), '+60')).trim();
        same('signature', new URL(url).searchParams.has('AWSAccessKeyId'), true);
        same('content', await fetchText(url), readFileSync(join(place.folder, 'small.csv'), 'utf8'));
      },
    },
    {
      what: 'uploads, lists and downloads by version 2 of the signature',
      async run(place) {
        const file = join(place.folder, 's3cmd.csv');
        await s3cmd(place, '--signature-v2', 'put', join(place.folder, 'small.csv'), at(place, 'v2 é.csv'));
        await s3cmd(place, '--signature-v2', 'ls', at(place, ''));
        await s3cmd(place, '--signature-v2', 'get', at(place, 'v2 é.csv'), file);
        same('content', readFileSync(file, 'utf8'), readFileSync(join(place.folder, 'small.csv'), 'utf8'));
      },
    },
    {
      what: 'syncs a folder, the second time nothing',
      async run(place) {
        const sync = () => s3cmd(place, 'sync', `${join(place.folder, 'tree')}/`, at(place, 'tree/'));
        await sync();
        await sync();
      },
    },
  ],
  outcomes: {
    'small.csv': { rows: ROWS.small, events: 1 },
    'v2 é.csv': { rows: ROWS.small, events: 1 },
    'large.csv': { rows: ROWS.large, events: 1 },
    'copied.csv': { rows: 'deleted', events: 2 },
    'moved.csv': { rows: ROWS.large, events: 1 },
    'tree/a.csv': { rows: ROWS.tree, events: 1 },
    'tree/below/b.csv': { rows: ROWS.tree, events: 1 },
  },
};

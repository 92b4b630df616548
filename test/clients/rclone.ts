import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Place, prefixOf, ROWS } from './check.ts';
import { fetchText, isExecutable, run, same } from './program.ts';

const PROGRAM = '/usr/bin/rclone';
const PREFIX = prefixOf({ name: 'rclone' });

const rclone = (place: Place, ...args: string[]) =>
  run(
    place,
    [
      PROGRAM,
      '--config',
      '/dev/null',
      '--retries',
      '1',
      '--s3-upload-cutoff',
      '8M',
      '--s3-copy-cutoff',
      '8M',
      ...args,
    ],
    {
      RCLONE_CONFIG_LOCAL_TYPE: 's3',
      RCLONE_CONFIG_LOCAL_PROVIDER: 'Other',
      RCLONE_CONFIG_LOCAL_ENV_AUTH: 'true',
      RCLONE_CONFIG_LOCAL_ENDPOINT: place.endpoint,
      RCLONE_CONFIG_LOCAL_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_LOCAL_REGION: 'us-east-1',
      RCLONE_CONFIG_LOCAL_NO_CHECK_BUCKET: 'true',
    },
  );
const at = ({ bucket }: Place, key: string) => `local:${bucket}/${PREFIX}${key}`;

export const rcloneClient: Client = {
  name: 'rclone',
  isHere: () => isExecutable(PROGRAM),
  checks: [
    {
      what: 'uploads small and large',
      async run(place) {
        for (const name of ['small.csv', 'large.csv']) {
          await rclone(place, 'copyto', join(place.folder, name), at(place, name));
        }
      },
    },
    {
      what: 'lists',
      async run(place) {
        same('names', (await rclone(place, 'lsf', at(place, ''))).trim().split('\n'), [
          'large.csv',
          'small.csv',
        ]);
      },
    },
    {
      what: 'copies and moves above 8 MB',
      async run(place) {
        await rclone(place, 'copyto', at(place, 'large.csv'), at(place, 'copied.csv'));
        await rclone(place, 'moveto', at(place, 'copied.csv'), at(place, 'moved.csv'));
      },
    },
    {
      what: 'presigns a download',
      async run(place) {
        const url = await rclone(place, 'link', '--expire', '60s', at(place, 'small.csv'));
        same('content', await fetchText(url.trim()), readFileSync(join(place.folder, 'small.csv'), 'utf8'));
      },
    },
    {
      what: 'syncs a folder, the second time nothing',
      async run(place) {
        const sync = () => rclone(place, 'sync', join(place.folder, 'tree'), at(place, 'tree'));
        await sync();
        await sync();
      },
    },
  ],
  outcomes: {
    'small.csv': { rows: ROWS.small, events: 1 },
    'large.csv': { rows: ROWS.large, events: 1 },
    'copied.csv': { rows: 'deleted', events: 2 },
    'moved.csv': { rows: ROWS.large, events: 1 },
    'tree/a.csv': { rows: ROWS.tree, events: 1 },
    'tree/below/b.csv': { rows: ROWS.tree, events: 1 },
  },
};

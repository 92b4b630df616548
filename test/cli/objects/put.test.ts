import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { sluice, startSluice } from '../../support/sluice.ts';
import { waitFor } from '../../support/wait-for.ts';

let pipeline: PipelineUnderTest;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

async function keysUnder(prefix: string): Promise<string[]> {
  const ran = await sluiceInside(pipeline, 'ls', prefix, '--json');
  return ran.exitCode === 3 ? [] : ran.json<{ objects: { key: string }[] }>().objects.map(({ key }) => key);
}

test('takes standard input, and leaves nothing of an upload that is broken off', async () => {
  const ran = await sluice(['put', '-', 'csv/piped.csv', '--json'], { pipeline, input: 'a\nb\n' });
  const broken = startSluice(['put', '/dev/zero', 'zeros.bin'], { pipeline });
  await waitFor(async () => {
    const uploads = await sluiceInside(pipeline, 'empty', '--dry-run', '--bucket', 'ingest', '--json');
    return uploads.json<{ buckets: [{ uploads: number }] }>().buckets[0].uploads === 1;
  }, 'the upload to begin');
  broken.child.kill('SIGINT');

  expect(ran.json()).toMatchObject({
    objects: [
      {
        path: '-',
        key: 'csv/piped.csv',
        sizeBytes: 4,
        consumers: expect.arrayContaining(['csv-row-counter']) as string[],
      },
    ],
  });
  expect(await broken.ended).toMatchObject({ exitCode: 130 });
  const left = await sluiceInside(pipeline, 'empty', '--dry-run', '--bucket', 'ingest', '--json');
  expect(left.json()).toMatchObject({ buckets: [{ uploads: 0 }] });
  expect((await sluiceInside(pipeline, 'ls', 'zeros.bin')).exitCode).toBe(3);
});

test('sends the content type that the name tells, or the one that is given', async () => {
  const folder = temporaryFolder('types');
  for (const name of ['a.csv', 'a.csv.gz', 'a.pdf', 'plain']) writeFileSync(join(folder, name), 'x');

  await sluiceInside(pipeline, 'put', folder, 'types/');
  await sluiceInside(pipeline, 'put', join(folder, 'a.csv'), 'types/given.csv', '--content-type', 'text/x');

  const heads = ['a.csv', 'a.csv.gz', 'a.pdf', 'plain', 'given.csv'].map(async (name) => {
    const head = await pipeline.s3.send(
      new HeadObjectCommand({ Bucket: pipeline.bucket, Key: `types/${name}` }),
    );
    return [head.ContentType, head.ContentEncoding];
  });
  expect(await Promise.all(heads)).toEqual([
    ['text/csv', undefined],
    ['application/gzip', undefined],
    ['application/pdf', undefined],
    ['application/octet-stream', undefined],
    ['text/x', undefined],
  ]);
});

test('keeps what the flags tell of a CSV as metadata, in the form that a header carries', async () => {
  const folder = temporaryFolder('dialect');
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'x');

  const flags = ['--csv-delimiter', '\t', '--csv-quote', "'", '--csv-escape', '\\', '--csv-header', 'absent'];
  await sluiceInside(pipeline, 'put', file, 'csv/told.csv', ...flags);
  await sluiceInside(pipeline, 'put', file, 'csv/untold.csv');

  const heads = ['csv/told.csv', 'csv/untold.csv'].map((Key) =>
    pipeline.s3.send(new HeadObjectCommand({ Bucket: pipeline.bucket, Key })),
  );
  expect((await Promise.all(heads)).map(({ Metadata }) => Metadata)).toEqual([
    { 'csv-delimiter': 'tab', 'csv-quote': "'", 'csv-escape': 'backslash', 'csv-header': 'absent' },
    {},
  ]);
});

test('refuses two files for one key before it uploads any', async () => {
  const folder = temporaryFolder('twice');
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'a.csv'), 'x');
  }

  const ran = await sluiceInside(
    pipeline,
    'put',
    join(folder, 'one/a.csv'),
    join(folder, 'two/a.csv'),
    'csv/twice/',
  );

  expect(ran).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('would both become') as string,
  });
  expect((await sluiceInside(pipeline, 'ls', 'csv/twice/')).exitCode).toBe(3);
});

test('follows links within the folder, to folders too', async () => {
  const folder = temporaryFolder('links');
  mkdirSync(join(folder, 'real'));
  mkdirSync(join(folder, 'put'));
  writeFileSync(join(folder, 'real/a.csv'), 'x');
  symlinkSync('../real', join(folder, 'put/folder'));
  symlinkSync('../real/a.csv', join(folder, 'put/b.csv'));

  expect((await sluiceInside(pipeline, 'put', folder, 'csv/links/')).exitCode).toBe(0);
  expect(await keysUnder('csv/links/')).toEqual([
    'csv/links/put/b.csv',
    'csv/links/put/folder/a.csv',
    'csv/links/real/a.csv',
  ]);
});

test.each([
  ['a link to nothing', 'nowhere', 'cannot read'],
  ['a link that leads back', '.', 'leads back'],
])('refuses a folder with %s before it uploads anything', async (_, target, message) => {
  const folder = temporaryFolder('refused');
  writeFileSync(join(folder, 'a.csv'), 'x');
  symlinkSync(target, join(folder, 'link'));

  const ran = await sluiceInside(pipeline, 'put', folder, 'csv/refused/');

  expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) as string });
  expect(ran.stderr).toContain('link');
  expect(await keysUnder('csv/refused/')).toEqual([]);
});

test('refuses a folder with a pipe before it uploads anything', async () => {
  const folder = temporaryFolder('refused');
  writeFileSync(join(folder, 'a.csv'), 'x');
  execFileSync('mkfifo', [join(folder, 'pipe')]);

  const ran = await sluiceInside(pipeline, 'put', folder, 'csv/refused/');

  expect(ran).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('neither a file nor a folder') as string,
  });
  expect(ran.stderr).toContain('pipe');
  expect(await keysUnder('csv/refused/')).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'leaves nothing of a file that is not as long as it was',
  async () => {
    // it has no size before it is read
    const ran = await sluiceInside(pipeline, 'put', '/proc/self/status', 'csv/changing');

    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('it had 0 bytes') as string });
    expect(await keysUnder('csv/changing')).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'tells of every object that it uploaded when one file fails',
  async () => {
    const folder = temporaryFolder('partly');
    const names = ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv', 'f.csv'];
    for (const name of names) writeFileSync(join(folder, name), 'x'.repeat(100_000));
    const files = names.map((name) => join(folder, name));

    const ran = await sluiceInside(
      pipeline,
      'put',
      files[0]!,
      '/proc/self/mem',
      ...files.slice(1),
      'csv/partly/',
      '--json',
    );

    expect(ran).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('"/proc/self/mem"') as string });
    const { objects, notUploaded } = ran.json<{ objects: { key: string }[]; notUploaded: number }>();
    const told = objects.map(({ key }) => key);
    expect(told.toSorted()).toEqual(await keysUnder('csv/partly/'));
    expect(notUploaded).toBe(7 - told.length);
  },
);

test.each([
  [['--csv-delimiter', '€'], '--csv-delimiter is "€": it must be one ASCII character'],
  [['--csv-quote', 'double'], '--csv-quote is "double": it must be one ASCII character'],
  [['--csv-delimiter', ';', '--csv-quote', ';'], '--csv-delimiter and --csv-quote are both ";"'],
  [['--content-type', 'text/csv\nx'], 'in ASCII'],
])('refuses %j', async (flags, message) => {
  const ran = await sluiceInside(pipeline, 'put', 'package.json', 'csv/x.csv', ...flags);

  expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) as string });
});

test('a key that S3 would not take is refused by every verb', async () => {
  for (const verb of ['rm', 'status', 'ls']) {
    const ran = await sluiceInside(pipeline, verb, `csv/${'x'.repeat(1_025)}`);

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('1024 bytes') as string });
  }
});

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILL_IN } from '../../cli/add/function-files.ts';
import { apply, guideBlocks } from '../support/guide-blocks.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';
import { WholeCopy } from '../support/whole-copy.ts';

const GUIDE = resolve(import.meta.dirname, '../../docs/adding-a-consumer.md');
const blocks = guideBlocks(readFileSync(GUIDE, 'utf8'));
/** 24 bytes of a PNG of 16 by 9 pixels. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000100000000908060000', 'hex');
const LIMIT = { timeout: 900_000 };

/** The guide's consumer, which keeps rows, and two that keep objects and nothing. */
const ADDED = ['image-sizes', 'order-rejects', 'order-notes'];

const copy = new WholeCopy();
const sluice = (...args: string[]) => copy.run('node', 'cli/main.ts', ...args);

describe('five minutes with a new consumer', () => {
  let pipeline: PipelineUnderTest;
  const rowOf = async (table: string, Key: Record<string, string>) => {
    const { Item } = await pipeline.tables.send(
      new GetCommand({ TableName: pipeline.output(table), Key, ConsistentRead: true }),
    );
    return Item;
  };
  const sizes = () => rowOf('ImageSizesTableName', { object_key: 'images/cat.png' });
  const metadata = () =>
    rowOf('UploadMetadataTableName', { bucket: pipeline.bucket, object_key: 'images/cat.png' });

  beforeAll(async () => {
    for (const block of blocks) {
      if (block.kind !== 'command') {
        apply(copy, block);
        continue;
      }
      for (const line of block.text.trim().split('\n')) {
        await sluice(...line.replace(/^npx sluice /, '').split(' '), '--yes');
      }
    }
    await sluice('add', 'consumer', 'order-rejects', '--prefix', 'orders/', '--keeps', 'objects', '--yes');
    await sluice('add', 'consumer', 'order-notes', '--prefix', 'orders/', '--keeps', 'nothing', '--yes');
  }, 900_000);
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('are enough to write it: what the guide says fills in every line that is marked', () => {
    const files = copy.changes().added.filter((file) => file.includes('image-sizes'));

    expect(files).toHaveLength(6);
    expect(files.filter((file) => copy.read(file).includes(FILL_IN))).toEqual([]);
  });

  test('change nothing but what is its own, and three lines', () => {
    const { added, changed } = copy.changes();

    expect(changed).toEqual(['README.md', 'docs/architecture.md', 'infra/consumers.ts']);
    expect(added.filter((file) => !ADDED.some((name) => file.includes(name)))).toEqual([]);
  });

  test.each([
    ['format', 'oxfmt', ['--check']],
    ['lint', 'oxlint', ['--type-aware', '--deny-warnings']],
    ['types', 'tsc', ['--noEmit']],
    ['dead code', 'knip', []],
  ])('pass the check of %s', LIMIT, async (_, tool, args) => {
    await expect(copy.run(tool, ...args)).resolves.toBeTypeOf('string');
  });

  test('pass the tests of infra and its own, and write no snapshot in doing so', LIMIT, async () => {
    // those that see the list; app, bundle, stage and checks are given theirs
    const seeing = [
      'consumer',
      'consumer-names',
      'environment',
      'iam-matrix',
      'pipeline-stack',
      'rules',
      'upgrade',
    ];
    const files = [
      ...seeing.map((name) => `test/infra/${name}.test.ts`),
      ...ADDED.map((name) => `test/functions/${name}`),
    ];
    const before = copy.changes();

    // what the other functions read has not changed, and each of their tests is a process
    const others = `^(?!.*the environment of (?!${ADDED.join('|')}))`;
    const printed = await copy.run('vitest', 'run', '-t', others, ...files);

    expect(printed).toMatch(/Test Files .*10 passed/);
    expect(copy.changes()).toEqual(before);
  });

  test('end with the row of an upload, and with what the two others make of theirs', LIMIT, async () => {
    await copy.run('node', 'infra/app.ts');
    pipeline = await PipelineUnderTest.start({ assemblyDir: join(copy.path, 'cdk.out') });
    const put = (Key: string, Body: string | Buffer) =>
      pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
    await put('images/cat.png', PNG);
    await put('orders/one.csv', 'a,b\n');
    await pipeline.drain();

    expect(await sizes()).toMatchObject({ width: 16, height: 9, deleted: false });
    const kept = await pipeline.s3.send(
      new GetObjectCommand({
        Bucket: pipeline.output('OutputBucketName'),
        Key: 'order-rejects/orders/one.csv.json',
      }),
    );
    expect(JSON.parse((await kept.Body?.transformToString()) ?? '')).toEqual({ bytes: 4 });
    const notes = await sluiceInside(
      pipeline,
      'status',
      'orders/one.csv',
      '--consumer',
      'order-notes',
      '--json',
    );
    expect(notes.stdout).toContain('"outcome":"recorded"');
    const logged = await sluiceInside(pipeline, 'logs', '--consumer', 'order-notes');
    expect(logged.stdout).toContain('4 bytes');
  });

  test('leave time for a replay to it alone', LIMIT, async () => {
    await pipeline.tables.send(
      new DeleteCommand({
        TableName: pipeline.output('ImageSizesTableName'),
        Key: { object_key: 'images/cat.png' },
      }),
    );
    await pipeline.tables.send(
      new DeleteCommand({
        TableName: pipeline.output('UploadMetadataTableName'),
        Key: { bucket: pipeline.bucket, object_key: 'images/cat.png' },
      }),
    );

    const ran = await sluiceInside(
      pipeline,
      'replay',
      '--consumer',
      'image-sizes',
      '--since',
      '14d',
      '--yes',
    );
    await pipeline.drain();

    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toMatchObject({ exitCode: 0 });
    expect(await sizes()).toMatchObject({ width: 16, height: 9 });
    expect(await metadata()).toBeUndefined();
  });

  test('are undone, byte for byte, once it is said that what was filled in may be lost', LIMIT, async () => {
    await expect(sluice('remove', 'consumer', 'image-sizes')).rejects.toThrow(
      /width: Buffer[\s\S]*2 files of image-sizes are not as sluice add consumer wrote them/,
    );
    await sluice('remove', 'consumer', 'image-sizes', '--yes');
    // nothing was filled in there
    await sluice('remove', 'consumer', 'order-rejects', '--yes');
    await sluice('remove', 'consumer', 'order-notes', '--yes');

    expect(copy.changes()).toEqual({ added: [], changed: [] });
  });
});

describe('a consumer whose target is no function', () => {
  test.each([
    ['queue', "target: 'queue',"],
    ['bus:arn:aws:events:eu-west-1:111122223333:event-bus/partner', "target: { bus: 'arn:aws:events"],
    [
      'state-machine:arn:aws:states:us-east-1:000000000000:stateMachine:big-files',
      "target: { stateMachine: 'arn:aws:states",
    ],
  ])('is an entry and a line in the list: %s', LIMIT, async (target, line) => {
    const shown = await sluice(
      'add',
      'consumer',
      'outside',
      '--prefix',
      'shared/',
      '--target',
      target,
      '--dry-run',
    );

    expect([...shown.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file)).toEqual([
      'infra/consumers/outside.ts',
      'infra/consumers.ts',
      'README.md',
      'docs/architecture.md',
    ]);
    expect(shown).toContain(line);
    expect(copy.changes()).toEqual({ added: [], changed: [] });
  });
});

describe('a consumer that infra refuses', () => {
  test.each([
    [
      'a place that another keeps something in',
      ['ledger', '--keeps', 'objects'],
      'ledger: it keeps what it makes in ledger/, and ledger-exporter in ledger/',
    ],
    [
      'wildcards past the limit',
      [
        'many',
        '--keeps',
        'nothing',
        ...['a', 'aa', 'aaa', 'aaaa'].flatMap((prefix) => ['--prefix', prefix]),
        '--suffix',
        '.x',
        '--suffix',
        '.y',
      ],
      'EventBridge would refuse its pattern',
    ],
  ])('is told in its own words, and nothing is written: %s', LIMIT, async (_, args, words) => {
    await expect(sluice('add', 'consumer', ...args, '--yes')).rejects.toThrow(words);

    expect(copy.changes()).toEqual({ added: [], changed: [] });
  });
});

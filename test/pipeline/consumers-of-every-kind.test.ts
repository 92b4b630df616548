import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../support/assembly.ts';
import { FURTHER_CONSUMERS } from '../support/further-consumers.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { runInside, sluiceInside } from '../support/sluice-inside.ts';
import { WholeCopy } from '../support/whole-copy.ts';

/** 24 bytes of a PNG of 16 by 9 pixels. */
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452000000100000000908060000', 'hex');

interface Fates {
  readonly consumers: readonly { readonly consumer: string; readonly outcome: string }[];
}

const copy = new WholeCopy();

describe('a pipeline with consumers of every kind', () => {
  let pipeline: PipelineUnderTest;
  let template: Template;
  const run = (...args: string[]) => sluiceInside(pipeline, ...args);
  const put = (Key: string, Body: string | Buffer) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  /** What the object came to at one consumer. */
  const fateAt = async (consumer: string, key: string) => {
    const ran = await run('status', key, '--consumer', consumer, '--check', '--json');
    return { exitCode: ran.exitCode, ...ran.json<Fates>().consumers[0] };
  };

  beforeAll(async () => {
    for (const { name, entry, handler } of FURTHER_CONSUMERS) {
      copy.write(entry.file, entry.text);
      copy.write(handler.file, handler.text);
      copy.edit(
        'infra/consumers.ts',
        (text) =>
          `import { ${name} } from './consumers/${name}.ts';\n${text.replace('\n];', `\n  ${name},\n];`)}`,
      );
    }
    await copy.run('node', 'infra/app.ts');
    const assemblyDir = join(copy.path, 'cdk.out');
    template = JSON.parse(readFileSync(join(assemblyDir, 'Sluice-dev.template.json'), 'utf8')) as Template;
    pipeline = await PipelineUnderTest.start({ assemblyDir });
    await put('images/cat.png', PNG);
    await put('images/readme.txt', 'cats');
    await put('orders/good.csv', 'a,b\n');
    await put('orders/bad.csv', 'bad\n');
    await pipeline.drain();
  }, 600_000);
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('keeps what the guide says of an upload, and status of its key shows it', async () => {
    const { Body } = await pipeline.s3.send(
      new GetObjectCommand({
        Bucket: pipeline.output('OutputBucketName'),
        Key: 'thumbnails/images/cat.png.json',
      }),
    );

    expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual({ width: 16, height: 9 });
    expect(await fateAt('thumbnailer', 'images/cat.png')).toMatchObject({
      exitCode: 0,
      outcome: 'recorded',
      stored: { objects: [{ key: 'thumbnails/images/cat.png.json' }] },
    });
    expect(await fateAt('thumbnailer', 'images/readme.txt')).toMatchObject({
      outcome: 'skipped',
      note: 'under images/, but not named as an image',
    });
  });

  test('shows the object that is kept of some, and takes none for no failure', async () => {
    expect(await fateAt('rejecter', 'orders/bad.csv')).toMatchObject({
      exitCode: 0,
      outcome: 'recorded',
      stored: { objects: [{ key: 'rejects/orders/bad.csv' }] },
    });
    const good = await fateAt('rejecter', 'orders/good.csv');
    expect(good).toMatchObject({ exitCode: 0, outcome: 'recorded', note: 'by its attempts' });
    expect(good).not.toHaveProperty('stored');
    expect((await run('status', 'orders/bad.csv')).stdout).toContain('rejects/orders/bad.csv');
  });

  test('knows of a consumer that keeps nothing by its attempts', async () => {
    expect(await fateAt('notifier', 'orders/good.csv')).toMatchObject({
      exitCode: 0,
      outcome: 'recorded',
      note: 'by its attempts',
    });
  });

  test('counts under a prefix what each came to', async () => {
    const ran = await run('status', 'orders/', '--check', '--json');

    expect(ran.json<{ consumers: unknown }>().consumers).toEqual(
      expect.arrayContaining([
        { consumer: 'thumbnailer', counts: { 'not-matched': 2 } },
        { consumer: 'rejecter', counts: { unread: 2 } },
        { consumer: 'notifier', counts: { unread: 2 } },
        { consumer: 'sizer', counts: { recorded: 2 } },
      ]),
    );
    expect(ran.exitCode).toBe(0);
  });

  test('verifies rows in a table of a consumer’s own, and says of whom it proves nothing', async () => {
    const before = await run('verify', '--grace', '0s', '--json');
    await pipeline.tables.send(
      new DeleteCommand({
        TableName: pipeline.output('SizerTableName'),
        Key: { object_key: 'orders/bad.csv' },
      }),
    );
    const after = await run('verify', '--grace', '0s', '--json');
    const told = await run('verify', '--grace', '0s');

    expect({ exitCode: before.exitCode, ...before.json() }).toMatchObject({
      exitCode: 0,
      isClean: true,
      compared: { byConsumer: { 'metadata-writer': 4, 'csv-row-counter': 0, sizer: 2 } },
      notCompared: [
        { consumer: 'ledger-exporter', keeps: 'lines' },
        { consumer: 'thumbnailer', keeps: 'objects' },
        { consumer: 'rejecter', keeps: 'objects' },
        { consumer: 'notifier', keeps: 'nothing' },
      ],
    });
    expect({ exitCode: after.exitCode, ...after.json() }).toMatchObject({
      exitCode: 5,
      counts: { missing: 1 },
      findings: [{ class: 'missing', consumer: 'sizer', key: 'orders/bad.csv' }],
    });
    expect(told.stderr).toContain('– notifier keeps nothing: what it has done cannot be compared');
    expect(told.stderr).toContain('– rejecter keeps objects under rejects/, of some uploads or of all');

    // and repairs them, by a queue like any other
    expect((await run('verify', '--grace', '0s', '--repair', '--yes', '--json')).json()).toMatchObject({
      repairsSent: 1,
    });
    await pipeline.drain();
    expect((await run('verify', '--grace', '0s')).exitCode).toBe(0);
  });

  test('costs a PUT for each object that is kept, and none for nothing', async () => {
    const args = ['cost', '--assembly', join(copy.path, 'cdk.out'), '--json', '--share', 'rejecter=0.05'];
    const { lines } = (await runInside(...args)).json<{ lines: { what: string; quantity: number }[] }>();
    const written = lines.filter(({ what }) => what.endsWith(', written')).map(({ what }) => what);

    expect(written).toEqual(
      expect.arrayContaining(['ledger, written', 'thumbnails, written', 'rejects, written']),
    );
    expect(lines.find(({ what }) => what === 'rejects, written')?.quantity).toBeCloseTo(55, 6);
    expect(JSON.stringify(lines)).not.toContain('notifier');
  });

  test('has a row of each on the dashboard', () => {
    const dashboard = JSON.stringify(
      Object.values(template.Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard'),
    );

    for (const name of ['thumbnailer', 'rejecter', 'notifier', 'sizer']) {
      expect(dashboard).toContain(`${name}: waiting`);
    }
  });
});

import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChosenFindings } from '../../../cli/verify/chosen-findings.ts';
import type { verifyDocument } from '../../../cli/verify/verify-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

type VerifyDocument = DocumentOf<typeof verifyDocument>;

let pipeline: PipelineUnderTest;

const put = (Key: string) =>
  pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }));
const verify = (...args: string[]) => sluiceInside(pipeline, 'verify', '--grace', '0s', '--json', ...args);
const found = ({ findings }: VerifyDocument) => findings.map(({ key, class: what }) => `${key} ${what}`);
const rowKeys = async () =>
  (await pipeline.metadataRows()).map(({ object_key: key }) => String(key)).toSorted();

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  await put('gone');
  await pipeline.drain();
  const Name = pipeline.output('MetadataWriterRuleName');
  await pipeline.events.send(new DisableRuleCommand({ Name }));
  for (const key of ['a', 'b']) await put(key);
  await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'gone' }));
  await pipeline.drain();
  await pipeline.events.send(new EnableRuleCommand({ Name }));
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const ALL = ['a missing', 'b missing', 'gone present-but-gone'];

describe('a repair of chosen findings', () => {
  test('is rehearsed: all are shown, and how many would be mended', async () => {
    const ran = await verify('--repair', '--dry-run', '--class', 'missing', '--yes');
    const document = ran.json<VerifyDocument>();

    expect([ran.exitCode, found(document)]).toEqual([5, ALL]);
    expect(document).toMatchObject({ repairable: 2, repairsSent: 0, notFound: [] });
    expect(ran.stderr).toContain('would send 2 repairs');
  });

  test('mends those alone that key and class name, and says what differs still', async () => {
    const ran = await verify('--repair', '--yes', '--key', 'a', '--key', 'gone', '--class', 'missing');
    const document = ran.json<VerifyDocument>();
    await pipeline.drain();

    expect([ran.exitCode, found(document)]).toEqual([4, ALL]);
    expect(document.findings.map(({ isRepairSent }) => isRepairSent)).toEqual([true, false, false]);
    expect(document).toMatchObject({ repairable: 1, repairsSent: 1, notFound: ['gone'] });
    expect(ran.stderr).toContain('nothing differs at "gone" that --key and --class choose');
    expect(ran.stderr).toContain('2 findings not chosen: they differ still');
    expect(await rowKeys()).toEqual(['a', 'gone']);
  });

  test('of all that is left is done', async () => {
    const ran = await verify('--repair', '--yes', '--key', 'b', '--key', 's3://' + pipeline.bucket + '/gone');
    await pipeline.drain();

    expect([ran.exitCode, ran.json<VerifyDocument>().repairsSent]).toEqual([0, 2]);
    expect((await verify()).json<VerifyDocument>()).toMatchObject({ findings: [], isClean: true });
  });

  test('of a key at which nothing differs is said', async () => {
    const ran = await verify('--repair', '--yes', '--key', 'a');

    expect([ran.exitCode, ran.json<VerifyDocument>().notFound]).toEqual([4, ['a']]);
  });

  test.each([
    [['--key', 'a'], '--key and --class choose what --repair mends'],
    [['--class', 'stale'], '--key and --class choose what --repair mends'],
    [['--repair', '--yes', '--class', 'mising'], 'did you mean "missing"?'],
  ])('refuses %j', async (args, said) => {
    const { exitCode, stderr } = await verify(...args);

    expect([exitCode, stderr.includes(said)]).toEqual([2, true]);
  });
});

test('what is chosen is asked for in words', () => {
  expect(
    [
      new ChosenFindings(undefined, undefined),
      new ChosenFindings(['a', 'b'], undefined),
      new ChosenFindings(['a'], ['stale', 'missing']),
    ].map(({ words }) => words),
  ).toEqual(['whatever', 'only what at 2 keys', 'only what at 1 key as stale or missing']);
});

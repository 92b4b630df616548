import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../../support/assembly.ts';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Fates {
  readonly consumers: readonly { readonly outcome: string; readonly note?: string }[];
}

const pausedCounter = () =>
  alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(
      template,
      'AWS::Lambda::EventSourceMapping',
      'CsvRowCounter',
    )) {
      Properties['Enabled'] = false;
    }
  });

describe('beside a paused row counter', () => {
  let pipeline: PipelineUnderTest;
  const run = (...args: string[]) => sluiceInside(pipeline, ...args);
  const put = async (Key: string) =>
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }));
  const remove = async (Key: string, VersionId?: string) =>
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key, VersionId }));
  /** How many events of these keys the ledger has. */
  const lines = async (prefix: string) =>
    (await pipeline.ledgerLines()).filter(({ object_key: key }) => String(key).startsWith(prefix)).length;
  const settled = () => pipeline.workedOff('metadata-writer', 'ledger-exporter');

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start({ assemblyDir: pausedCounter() });
    for (const key of ['csv/a.csv', 'csv/b.csv']) await put(key);
    await settled();
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('verify says of counts whose events wait that they wait: not settled, and nothing to repair', async () => {
    const ran = await run('verify', '--grace=0s', '--json');
    const repaired = await run('verify', '--grace=0s', '--json', '--repair', '--yes');

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({
      exitCode: 4,
      counts: { waiting: 2 },
      isClean: false,
      isSettled: false,
    });
    expect(ran.stderr).toContain('2 waiting');
    expect(ran.stderr).not.toContain('they agree');
    expect({ exitCode: repaired.exitCode, ...repaired.json() }).toMatchObject({
      exitCode: 4,
      repairsSent: 0,
    });
  });

  test('verify knows even of a change that is too young to judge that it waits', async () => {
    const ran = await run('verify', '--grace=1h', '--json');

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({ exitCode: 4, counts: { waiting: 2 } });
  });

  test('verify says of a row whose event is a dead letter that it is one, which is no agreement', async () => {
    const Name = pipeline.output('MetadataWriterRuleName');
    await pipeline.events.send(new DisableRuleCommand({ Name }));
    await put('lost/a.txt');
    await waitFor(async () => (await lines('lost/')) === 1, 'the ledger', 60_000);
    await pipeline.events.send(new EnableRuleCommand({ Name }));
    const before = await run('verify', '--prefix=lost/', '--grace=0s', '--json');
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('MetadataWriterDeadLetterQueueUrl'),
        MessageBody: JSON.stringify(busEvent({ key: 'lost/a.txt', bucket: pipeline.bucket })),
      }),
    );
    const after = await run('verify', '--prefix=lost/', '--grace=0s', '--json');

    expect({ exitCode: before.exitCode, ...before.json() }).toMatchObject({
      exitCode: 5,
      counts: { missing: 1 },
    });
    expect({ exitCode: after.exitCode, ...after.json() }).toMatchObject({
      exitCode: 5,
      counts: { 'dead-lettered': 1 },
    });
    expect(after.stderr).toContain('mend the cause, then sluice redrive');
  });

  test('a prefix with nothing is exit 3, and not an agreement', async () => {
    const ran = await run('verify', '--prefix=cvs/');

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('neither the bucket nor the tables hold anything under "cvs/"');
  });

  test('status of an object whose current version was deleted by its id says so, and what mends it', async () => {
    const { VersionId: older } = await put('notes/two.txt');
    const { VersionId } = await put('notes/two.txt');
    const { VersionId: only } = await put('notes/one.txt');
    await settled();
    await remove('notes/two.txt', VersionId);
    await remove('notes/one.txt', only);
    // three uploads and two permanent deletes: nothing of the two keys is on its way then
    await waitFor(async () => (await lines('notes/')) === 5, 'the ledger', 60_000);

    const two = await run('status', 'notes/two.txt', '--json', '--check', '--consumer=metadata-writer');
    const one = await run('status', 'notes/one.txt', '--json', '--check', '--consumer=metadata-writer');

    expect([two.exitCode, one.exitCode]).toEqual([5, 5]);
    expect(two.json<Fates>().consumers[0]).toMatchObject({
      outcome: 'removed-by-version',
      note: `removed by version, and the object is ${older} again; \`sluice verify --prefix notes/two.txt --repair\` mends it`,
    });
    expect(one.json()).toMatchObject({
      version: { versionId: only, isRemoved: true },
      consumers: [
        { outcome: 'removed-by-version', note: expect.stringContaining('the object is gone') as string },
      ],
    });

    // and it does
    const repaired = await run('verify', '--prefix=notes/', '--grace=0s', '--repair', '--yes', '--json');
    expect(repaired.json()).toMatchObject({ repairsSent: 2 });
    await settled();
    expect((await run('verify', '--prefix=notes/', '--grace=0s')).exitCode).toBe(0);
    expect((await run('status', 'notes/two.txt', '--check', '--consumer=metadata-writer')).exitCode).toBe(0);
  });
});

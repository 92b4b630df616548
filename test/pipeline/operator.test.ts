import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutAction } from '../support/fault-switch.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';

const CONSUMERS = ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter'];
// more than three batches of ten letters, and more objects than a batch of a table's reads holds; no more are needed
const CSVS = 35;
const OTHERS = 80;

/** A folder of files: `csv/0.csv` …, `photos/0.jpg` …; file n of the CSVs has n rows. */
function folderOf(csvs: number, others: number, more = 0): string {
  const folder = temporaryFolder('files');
  for (const name of ['csv', 'photos']) mkdirSync(join(folder, name));
  for (let n = 0; n < csvs; n++) writeFileSync(join(folder, `csv/${n}.csv`), 'a,b\n'.repeat(n + more));
  for (let n = 0; n < others; n++) writeFileSync(join(folder, `photos/${n}.jpg`), `${n}${more}`);
  return folder;
}

/** `csv/0.csv` to `csv/4.csv` */
const fives = (prefix: string, suffix: string, from = 0) =>
  [0, 1, 2, 3, 4].map((n) => `${prefix}${from + n}${suffix}`);

interface Verified {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly { readonly class: string; readonly key: string; readonly consumer: string }[];
  readonly compared: { readonly objects: number; readonly csvObjects: number };
}

/** Keys of the findings of a class, in order. */
const keysOf = ({ findings }: Verified, what: string): string[] =>
  findings.filter((finding) => finding.class === what).map(({ key }) => key);

// each hour finds the pipeline as the hour before has left it
describe('an operator’s day', () => {
  const dataDir = temporaryFolder('operator');
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    const assemblyDir = alteredAssembly((template) =>
      withoutAction(template, 'CsvRowCounter', 's3:GetObjectVersion'),
    );
    pipeline = await PipelineUnderTest.start({ dataDir, assemblyDir });
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  const run = (...args: string[]) => sluiceInside(pipeline, ...args);

  async function verify(...args: string[]) {
    await pipeline.drain();
    return await run('verify', '--json', '--grace', '0s', ...args);
  }

  async function switchRules(to: 'on' | 'off'): Promise<void> {
    for (const consumer of CONSUMERS) {
      const Name = pipeline.output(`${consumer}RuleName`);
      await (to === 'on'
        ? pipeline.events.send(new EnableRuleCommand({ Name }))
        : pipeline.events.send(new DisableRuleCommand({ Name })));
    }
  }

  async function replayToWriter() {
    const ran = await run('replay', '--since', '30d', '--consumer', 'metadata-writer', '--yes', '--json');
    return ran.json();
  }

  /** Key → what a reader of the table sees of it. */
  async function visible() {
    const rows = await pipeline.metadataRows();
    return new Map(
      rows.map((row) => [row['object_key'], { version: row['version_id'], deleted: row['deleted'] }]),
    );
  }

  test('begins with an upload whose CSVs the counter may not read, and they become letters', async () => {
    const put = await run('put', folderOf(CSVS, OTHERS), `s3://${pipeline.bucket}/`, '--json');
    expect(put.json<{ objects: unknown[] }>().objects).toHaveLength(CSVS + OTHERS);
    await pipeline.drain();

    const dead = await run('dead', 'list', '--json');
    expect(dead.json()).toMatchObject({
      groups: [{ consumer: 'csv-row-counter', kind: 'queue', reason: 'retries-exhausted', count: CSVS }],
    });
  });

  test('shows the cause in the status of one file, and in the checks', async () => {
    const file = await run('status', 'csv/7.csv', '--json');
    expect(file.json()).toMatchObject({
      key: 'csv/7.csv',
      consumers: [
        { consumer: 'metadata-writer', outcome: 'recorded' },
        {
          consumer: 'csv-row-counter',
          outcome: 'dead-lettered',
          letter: {
            reason: 'retries-exhausted',
            errorName: expect.stringMatching(/^AccessDenied/) as string,
          },
        },
        { consumer: 'ledger-exporter', outcome: 'recorded' },
      ],
    });
    const attempts = file.json<{ consumers: { attempts: { outcome: string }[] }[] }>().consumers[1]?.attempts;
    expect(attempts?.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 4 }, () => 'failed'),
      'dead-lettered',
    ]);
    expect(await run('status', '--check')).toMatchObject({ exitCode: 5 });
    expect((await run('verify', '--json', '--grace', '0s')).json<Verified>().counts).toEqual({
      'dead-lettered': CSVS,
    });
  });

  test('goes on with the permission given back, and a redrive after which nothing is amiss', async () => {
    await pipeline[Symbol.asyncDispose]();
    pipeline = await PipelineUnderTest.start({ dataDir });

    const redriven = await run('redrive', '--yes', '--json');
    expect(redriven.json()).toMatchObject({ moved: CSVS, notDeleted: 0, failures: [] });
    const clean = await verify();
    expect(clean).toMatchObject({ exitCode: 0 });
    expect(clean.json()).toMatchObject({
      isClean: true,
      compared: { objects: CSVS + OTHERS, csvObjects: CSVS, pending: 0 },
    });
    expect(await run('status', '--check')).toMatchObject({ exitCode: 0 });
  });

  test('finds all that was changed behind the pipeline’s back: five more of each kind, five overwritten, five deleted', async () => {
    await switchRules('off');
    const [fresh, changed] = [folderOf(5, 5), folderOf(5, 0, 1)];
    await run('put', join(fresh, 'csv'), 'csv/new/');
    await run('put', join(fresh, 'photos'), 'photos/new/');
    await run('put', join(changed, 'csv'), 'csv/');
    await run('rm', '--yes', ...[10, 11, 12, 13, 14].map((n) => `csv/${n}.csv`));

    const found = await verify();
    expect(found.exitCode).toBe(5);
    const findings = found.json<Verified>();
    expect(keysOf(findings, 'missing')).toEqual([
      ...fives('csv/new/', '.csv'),
      ...fives('photos/new/', '.jpg'),
    ]);
    expect(keysOf(findings, 'stale')).toEqual(fives('csv/', '.csv'));
    expect(keysOf(findings, 'not-counted')).toEqual([...fives('csv/', '.csv'), ...fives('csv/new/', '.csv')]);
    expect(keysOf(findings, 'present-but-gone').toSorted()).toEqual(
      [...fives('csv/', '.csv', 10), ...fives('csv/', '.csv', 10)].toSorted(),
    );
    expect(findings.counts).toEqual({ missing: 10, stale: 5, 'not-counted': 10, 'present-but-gone': 10 });
  });

  test('brings by a backfill what has no row, and leaves to the repair what has one from S3 itself', async () => {
    const backfilled = await run('backfill', '--yes', '--json');
    expect(backfilled.json()).toMatchObject({ isComplete: true, objects: CSVS - 5 + OTHERS + 10 });
    expect((await verify()).json<Verified>().counts).toEqual({
      stale: 5,
      'not-counted': 5,
      'present-but-gone': 10,
    });
  });

  test('mends the rest by a repair, and the row of an overwritten file is that of its new content', async () => {
    expect((await verify('--repair', '--yes')).json()).toMatchObject({ repairsSent: 20 });
    expect(await verify()).toMatchObject({ exitCode: 0 });
    const overwritten = await run('status', 'csv/3.csv', '--json');
    expect(overwritten.json()).toMatchObject({
      consumers: [
        { outcome: 'recorded' },
        { outcome: 'recorded', stored: { row_count: 4 } },
        { outcome: 'recorded' },
      ],
    });
  });

  describe('ends with a replay to one consumer', () => {
    const total = CSVS + OTHERS + 20;
    let counts: Record<string, unknown>[];
    let ledger: Record<string, unknown>[];

    beforeAll(async () => {
      await switchRules('on');
      [counts, ledger] = await Promise.all([pipeline.counterRows(), pipeline.ledgerLines()]);
    });

    test('whose mended rows get the events that they had missed, and look the same', async () => {
      const seen = await visible();
      expect(await replayToWriter()).toMatchObject({
        preview: { events: total, consumers: [{ events: total, rows: { behind: 20, newer: 0 } }] },
        replay: { state: 'COMPLETED' },
        outcomes: [
          {
            consumer: 'metadata-writer',
            recomputed: 20,
            alreadyThere: total - 20,
            duplicates: 0,
            failed: 0,
          },
        ],
      });
      expect(await visible()).toEqual(seen);
    });

    test('and after that one of everything changes no row, and no other consumer has heard of it', async () => {
      const metadata = await pipeline.metadataRows();
      expect(await replayToWriter()).toMatchObject({ outcomes: [{ recomputed: 0, alreadyThere: total }] });
      expect(await pipeline.metadataRows()).toEqual(metadata);
      expect(await pipeline.counterRows()).toEqual(counts);
      expect(await pipeline.ledgerLines()).toHaveLength(ledger.length);
      expect(await verify()).toMatchObject({ exitCode: 0 });
    });
  });
});

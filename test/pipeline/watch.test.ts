import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { start } from '../support/npm-start.ts';
import { processesOf } from '../support/processes.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import { Screen } from '../support/screen.ts';
import { waitFor } from '../support/wait-for.ts';

const run = promisify(execFile);
const LIMIT_MS = 300_000;

/** A copy of the project under `npm start -- --watch`, and what uploads to it become. */
class Watched implements AsyncDisposable {
  readonly project = new ProjectCopy();
  readonly screen: Screen;
  #s3: S3Client | undefined;
  #tables: DynamoDBClient | undefined;

  private constructor() {
    this.screen = new Screen(['--watch'], { projectDir: this.project.path });
  }

  static async start(): Promise<Watched> {
    const watched = new Watched();
    await watched.screen.summary();
    await watched.screen.line(/watching infra, functions, shared/);
    const { endpoint, region } = watched.screen.description();
    const client = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    watched.#s3 = new S3Client({ ...client, forcePathStyle: true });
    watched.#tables = new DynamoDBClient(client);
    return watched;
  }

  async put(key: string, body = 'a,b\n1,2\n'): Promise<void> {
    const bucket = this.screen.description().outputs['IngestBucketName']!;
    await this.#s3!.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }

  /** The row of an object in the row counter's table; undefined while there is none. */
  async countOf(key: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#tables!.send(
      new GetItemCommand({
        TableName: this.screen.description().outputs['ProcessedFilesTableName']!,
        Key: { file_key: { S: key } },
        ConsistentRead: true,
      }),
    );
    return Item;
  }

  /** The row, once it is there. */
  async counted(key: string): Promise<Record<string, unknown>> {
    let row: Record<string, unknown> | undefined;
    await waitFor(async () => (row = await this.countOf(key)) !== undefined, `the row of ${key}`, 60_000, 50);
    return row!;
  }

  /** Saves an edit as an editor does, and resolves with the line that tells what became of it. */
  async save(file: string, edit: (text: string) => string): Promise<string> {
    return await this.#reloaded(file, () => this.project.replace(file, edit));
  }

  /** Runs a verb that changes the project, and resolves with the line that tells what became of it. */
  async sluice(...args: string[]): Promise<string> {
    return await this.#reloaded(args.join(' '), async () => {
      await run(process.execPath, ['cli/main.ts', ...args], { cwd: this.project.path });
    });
  }

  async #reloaded(what: string, change: () => void | Promise<void>): Promise<string> {
    const seen = this.screen.lines().length;
    await change();
    const told = () =>
      this.screen
        .lines()
        .slice(seen)
        .find((line) => /reload/.test(line));
    await waitFor(() => told() !== undefined, `a reload of ${what}`, 120_000);
    return told()!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#s3?.destroy();
    this.#tables?.destroy();
    await this.screen[Symbol.asyncDispose]();
  }
}

const COUNTER = 'functions/csv-row-counter/row-counter.ts';
const PLACE = 'const row = { ...content,';

describe('npm start -- --watch', () => {
  test(
    'runs a saved handler, keeps what was there, and goes on with the old one while the new one is broken',
    async () => {
      await using watched = await Watched.start();
      await watched.put('csv/before.csv');
      const before = await watched.counted('csv/before.csv');

      const saved = await watched.save(COUNTER, (text) =>
        text.replace(PLACE, `const row = { ...content, taste: 'sweet',`),
      );
      await watched.put('csv/after.csv');
      const after = await watched.counted('csv/after.csv');

      expect(saved).toMatch(/^\d\d:\d\d:\d\d  reloaded in \d.* (ms|s|min): csv-row-counter \(function\)$/);
      expect(before).not.toHaveProperty('taste');
      expect(after['taste']).toEqual({ S: 'sweet' });
      expect(await watched.countOf('csv/before.csv')).toEqual(before);

      const line =
        watched.project
          .read(COUNTER)
          .split('\n')
          .findIndex((text) => text.includes('taste')) + 1;
      const unparsed = await watched.save(COUNTER, (text) => text.replace(`taste: 'sweet',`, 'taste: =,'));
      const place = await watched.screen.line(new RegExp(`${COUNTER}:${line}:`));
      await watched.put('csv/while-broken.csv');

      expect(unparsed).toContain('not reloaded, what ran goes on: infra/app.ts failed: ');
      expect(place).toContain('ERROR: Unexpected "="');
      expect((await watched.counted('csv/while-broken.csv'))['taste']).toEqual({ S: 'sweet' });

      const throwing = await watched.save(
        COUNTER,
        (text) => `${text.replace('taste: =,', `taste: 'sour',`)}\nthrow new RangeError('at its load');\n`,
      );
      await watched.put('csv/while-throwing.csv');

      expect(throwing).toMatch(
        /not reloaded, what ran goes on: the handler of Sluice-dev-CsvRowCounter\S* cannot be loaded: RangeError: at its load \(.*functions\/csv-row-counter\/row-counter\.ts:\d+:\d+\)/,
      );
      expect((await watched.counted('csv/while-throwing.csv'))['taste']).toEqual({ S: 'sweet' });

      await watched.save(COUNTER, (text) => text.replace(`throw new RangeError('at its load');\n`, ''));
      await watched.put('csv/mended.csv');

      expect((await watched.counted('csv/mended.csv'))['taste']).toEqual({ S: 'sour' });
    },
    LIMIT_MS,
  );

  test(
    'routes by a saved pattern, runs a new consumer, and refuses by name what would take state away',
    async () => {
      await using watched = await Watched.start();
      const { project, screen } = watched;
      const entry = project.fileWith("prefix: 'csv/'", 'infra/consumers');

      const saved = await watched.save(entry, (text) => text.replace("prefix: 'csv/'", "prefix: 'csv/in/'"));
      await watched.put('csv/past-it.csv');
      await watched.put('csv/in/routed.csv');

      expect(saved).toMatch(/reloaded in .*: csv-row-counter \(.*rule.*\)/);
      await watched.counted('csv/in/routed.csv');
      // a line comes when all have it that want it
      expect(await screen.line(/ csv\/past-it\.csv /)).toMatch(/✔ metadata {2}✔ ledger {3}/);

      const noter = ['noter', '--prefix', 'notes/', '--reads', 'nothing', '--keeps', 'nothing'];
      const added = await watched.sluice('add', 'consumer', ...noter, '--yes');
      await watched.put('notes/a.txt');

      expect(added).toMatch(/reloaded in .*: noter \(new\)/);
      expect(await screen.line(/ notes\/a\.txt /)).toContain('✔ noter');
      expect(screen.description().outputs).toHaveProperty('NoterFunctionName');
      const { stdout } = await screen.sluice('status');
      expect(stdout).toContain('noter');

      const removed = await watched.sluice('remove', 'consumer', 'noter', '--yes');
      await watched.put('notes/b.txt');

      expect(removed).toMatch(/reloaded in .*: noter \(gone\)/);
      expect(await screen.line(/ notes\/b\.txt /)).not.toContain('noter');

      const stack = project.fileWith("new EventArchive(this, 'EventArchive'", 'infra');
      const refused = await watched.save(stack, (text) => text.replace("'EventArchive'", "'OtherArchive'"));

      expect(refused).toMatch(/not reloaded, what ran goes on: the archive \S+ is in the template no more/);
      expect(refused).toContain('put it back, or stop and start again');
      expect(await watched.save(stack, (text) => text.replace("'OtherArchive'", "'EventArchive'"))).toContain(
        'nothing to reload: the template is as what runs',
      );
    },
    LIMIT_MS,
  );

  test(
    'ends at Ctrl-C while it reloads, and leaves no process',
    async () => {
      await using watched = await Watched.start();
      const { project, screen } = watched;
      project.replace(COUNTER, (text) => text.replace(PLACE, `const row = { ...content, taste: 'sweet',`));
      const worker = join(project.path, 'cli/start/synth-worker.ts');
      await waitFor(() => processesOf(worker).length > 0, 'the synth');

      const exitCode = await screen.stop();

      expect(exitCode).toBe(0);
      expect(screen.lines().at(-1)).toBe('stopping …');
      await waitFor(() => processesOf(project.path).length === 0, 'every process to be gone');
    },
    LIMIT_MS,
  );

  test('is refused with --assembly, which has no sources', async () => {
    expect(await start('--watch', '--assembly', 'cdk.out')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--watch and --assembly exclude one another') as string,
    });
  });
});

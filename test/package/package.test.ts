import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callConsole, consoleOf } from '../support/console-call.ts';
import { Screen } from '../support/screen.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { InstalledApp, type Template } from './installed-app.ts';
import { packPackage } from './packed-package.ts';
import { changesBetween } from './template-changes.ts';

const SOURCE = join(import.meta.dirname, 'app');

let tarball: string;
let shop: InstalledApp;

beforeAll(async () => {
  tarball = await packPackage();
  shop = await InstalledApp.install(tarball, { source: SOURCE });
}, 600_000);

describe('the package', () => {
  test('holds JavaScript with its types and source maps, and no TypeScript, which Node would not run there', () => {
    const files = globSync('**/*.*', { cwd: shop.packagePath });

    expect(files.filter((file) => /\.m?ts$/.test(file) && !/\.d\.m?ts$/.test(file))).toEqual([]);
    for (const file of ['dist/infra/exports.js', 'dist/infra/exports.d.ts', 'dist/infra/exports.js.map']) {
      expect(files).toContain(file);
    }
  });

  test('opens each of its doors', async () => {
    const { exports } = JSON.parse(readFileSync(join(shop.packagePath, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
    };
    const doors = Object.entries(exports).filter(([, target]) => typeof target !== 'string');
    const names = doors.map(([door]) => `@sluice-pipeline/sluice${door.slice(1)}`);
    const program = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length > 0);`;

    const printed = await shop.run(process.execPath, '--input-type=module', '--eval', program);

    expect(printed.trim().split('\n')).toEqual(names.map((name) => `${name} true`));
    expect(names).toHaveLength(5);
  });

  test('says its version', async () => {
    expect(await shop.sluice('--version')).toBe(`${shop.manifest.version}\n`);
  });
});

describe(
  'an app with a bucket that is there, another stack, a topic and a state machine',
  { timeout: 300_000 },
  () => {
    const csv = join(temporaryFolder('csv'), 'report.csv');
    let screen: Screen;
    const consumersOf = async (key: string): Promise<readonly Fate[]> => {
      const { stdout } = await screen.sluice('status', key, '--json');
      return (JSON.parse(stdout) as { readonly consumers: readonly Fate[] }).consumers;
    };

    beforeAll(async () => {
      writeFileSync(csv, 'a,b\n1,2\n3,4\n');
      screen = new Screen([], { projectDir: shop.path, bin: shop.bin });
      await screen.summary();
    }, 600_000);
    afterAll(async () => {
      await screen?.[Symbol.asyncDispose]();
    });

    test('is started, and what the pipeline does not need is passed over by name', async () => {
      expect(screen.description().stackName).toBe('Shop');
      await screen.line(/passed over: AWS::SNS::Topic Alerts/);
      await screen.line(/passed over: AWS::StepFunctions::StateMachine Night/);
    });

    test('shows its pipeline in the console, whose page lies in the package as a browser gets it', async () => {
      const { origin, token } = consoleOf(await screen.summary());

      const [page, script] = await Promise.all(
        ['/flow', '/page.js'].map(async (path) => await (await fetch(`${origin}${path}`)).text()),
      );
      const session = await callConsole(origin, token, '/api/session', {});

      expect(page).toContain('<script type="module" src="/page.js">');
      expect(script!.length).toBeGreaterThan(10_000);
      expect(page).toMatch(/<style>:root ?\{/);
      expect(globSync('dist/cli/console/page/*', { cwd: shop.packagePath }).toSorted()).toEqual([
        'dist/cli/console/page/index.html',
        'dist/cli/console/page/page.css',
        'dist/cli/console/page/page.js',
      ]);
      expect(await session.json()).toMatchObject({
        bucket: 'shop-uploads',
        startCommand: 'npx sluice start',
      });
    });

    test('lets its bucket send events by connect-bucket', async () => {
      const { exitCode, stderr } = await screen.sluice('connect-bucket', '--yes');

      expect(stderr).toMatch(/shop-uploads, before: EventBridge off\n.*after: {2}EventBridge on/);
      expect(exitCode).toBe(0);
    });

    test('counts a CSV, and runs the handlers that it names by path', async () => {
      const put = await screen.sluice('put', csv, 'csv/report.csv', '--wait');

      expect(put.stderr + put.stdout).toMatch(/csv-row-counter +recorded +3 rows/);
      expect(put.exitCode).toBe(0);
      expect(await consumersOf('csv/report.csv')).toMatchObject([
        { consumer: 'metadata-writer', stored: { size: 12 } },
        { consumer: 'csv-row-counter', stored: { row_count: 3, columns: ['a', 'b'] } },
        { consumer: 'noter', stored: { noted: true } },
        { consumer: 'teller', outcome: 'recorded' },
      ]);
    });

    test.each(['verify', 'backfill'])(
      'lacks DuckDB, and %s --inventory says how to come by it',
      async (verb) => {
        const { peerDependencies } = shop.manifest;

        const ran = await screen.sluice(verb, '--inventory', 'manifest.json');

        expect(ran.stderr).toContain('an inventory is read with DuckDB, which is not installed');
        expect(ran.stderr).toContain(
          `npm install --save-dev @duckdb/node-api@${peerDependencies['@duckdb/node-api']} `,
        );
        expect(ran.stderr).toContain('without --inventory the bucket is listed');
        expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
      },
    );

    test('has a part of DuckDB, and verify --inventory says what does not load', async () => {
      // as npm leaves it with --omit=optional: what is made for the platform is missing
      const place = join(shop.path, 'node_modules/@duckdb/node-api');
      cpSync(join(import.meta.dirname, '../../node_modules/@duckdb/node-api'), place, { recursive: true });

      const ran = await screen.sluice('verify', '--inventory', 'manifest.json');

      rmSync(place, { recursive: true });
      expect(ran.stderr).toContain(
        'an inventory is read with DuckDB, which is installed and does not load: ',
      );
      expect(ran.stderr).toContain('@duckdb/node-bindings');
      expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
    });

    test('gets what the archive holds again by a replay', async () => {
      const { exitCode, stderr } = await screen.sluice('replay', '--since', '1h', '--yes');

      expect(stderr).toMatch(/^1 event in the archive/m);
      expect(exitCode).toBe(0);
      const replayed = (await consumersOf('csv/report.csv')).map(({ consumer, attempts }) => [
        consumer,
        attempts.filter(({ replayName }) => replayName !== undefined).length,
      ]);
      expect(replayed).toEqual([
        ['metadata-writer', 1],
        ['csv-row-counter', 1],
        ['noter', 1],
        ['teller', 1],
      ]);
    });
  },
);

describe('an upgrade of the package', () => {
  let [before, after]: Template[] = [];

  beforeAll(async () => {
    const upgraded = await InstalledApp.install(tarball, { source: SOURCE });
    upgraded.bumpTo('99.0.0');
    [before, after] = await Promise.all([shop.synthesize('Shop'), upgraded.synthesize('Shop')]);
  }, 600_000);

  test('changes no logical id, no physical name and no output', () => {
    expect(changesBetween(before!, after!)).toEqual([]);
    expect(Object.keys(before!.Outputs ?? {})).toContain('UploadsIngestBucketName');
  });

  test('would be seen to rename a table', () => {
    const [id, table] = Object.entries(before!.Resources).find(
      ([, { Type }]) => Type === 'AWS::DynamoDB::Table',
    )!;
    const { [id]: _, ...others } = before!.Resources;
    const renamed = { ...before!, Resources: { ...others, Renamed: table } };

    expect(changesBetween(before!, renamed)).toEqual([
      `${id} (AWS::DynamoDB::Table) is gone`,
      'Renamed (AWS::DynamoDB::Table) is new',
    ]);
  });
});

describe('an app that init has made', () => {
  let made: InstalledApp;
  let begun: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const path = join(temporaryFolder('made'), 'web-uploads');
    await shop.sluice('init', path);
    const { devDependencies } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    made = await InstalledApp.install(tarball, { path, tools: Object.keys(devDependencies) });
    begun = made.files();
  }, 600_000);

  test(
    'takes one more consumer: its types and tests pass, and it synthesizes',
    { timeout: 600_000 },
    async () => {
      await made.sluice('add', 'consumer', 'noter', '--prefix', 'notes/', '--yes');

      expect(await made.run('npm', 'test')).toMatch(/Test Files +2 passed/);
      const { Outputs = {} } = await made.synthesize('WebUploads-dev');
      expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(['InboxSizesQueueUrl', 'NoterQueueUrl']));
    },
  );

  test('hears what the context says of the stack and of a bucket that is there', async () => {
    const { Outputs = {} } = await made.synthesize('Files', {
      stackName: 'Files',
      bucket: 'acme-uploads',
      bucketVersioned: 'true',
    });

    expect(Outputs).toMatchObject({
      IngestBucketName: { Value: 'acme-uploads' },
      ExistingBucket: { Value: '{"versioned":true}' },
    });
  });

  test('is as it was when the consumer is taken out', { timeout: 600_000 }, async () => {
    expect(made.files().size).toBeGreaterThan(begun.size);

    await made.sluice('remove', 'consumer', 'noter', '--yes');

    expect(Object.fromEntries(made.files())).toEqual(Object.fromEntries(begun));
  });
});

interface Fate {
  readonly consumer: string;
  readonly outcome: string;
  readonly attempts: readonly { readonly replayName?: string }[];
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runInside } from '../../support/sluice-inside.ts';

const OWN = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  devDependencies: Record<string, string>;
};

let folder: string;
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeEach(() => {
  folder = join(temporaryFolder('init'), 'Shop Uploads');
});

describe('sluice init', () => {
  test('writes a small app in a folder that is not there, and names the next commands', async () => {
    const { exitCode, stdout } = await runInside('init', folder);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^npm pack --pack-destination .*# here, in the checkout: nothing is published\n/);
    expect(stdout).toContain(`\ncd '${folder}'\nnpm install\nnpm test\nnpx sluice start\n`);
    expect(files()).toEqual([
      '.gitignore',
      'README.md',
      'cdk.json',
      'functions/inbox-sizes/handler.ts',
      'functions/inbox-sizes/inbox-sizes-row.ts',
      'infra/app.ts',
      'infra/consumers.ts',
      'infra/consumers/inbox-sizes.ts',
      'package.json',
      'test/functions/inbox-sizes/inbox-sizes-row.test.ts',
      'tsconfig.json',
    ]);
    expect(read('infra/app.ts')).toContain("stackPropsFromContext(app.node, stage, 'ShopUploads')");
    expect(read('README.md')).toContain('| `inbox-sizes` |');
  });

  test('asks npm for what the checkout packs, and for what it was tried with', async () => {
    await runInside('init', folder);

    const { 'aws-cdk-lib': cdk, constructs, typescript } = OWN.devDependencies;
    expect(JSON.parse(read('package.json'))).toMatchObject({
      name: 'shop-uploads',
      private: true,
      dependencies: {
        '@sluice-pipeline/sluice': expect.stringMatching(
          new RegExp(`^file:/.*/sluice-pipeline-sluice-${OWN.version}\\.tgz$`),
        ),
        'aws-cdk-lib': cdk,
        constructs,
      },
      devDependencies: { typescript },
      allowScripts: { esbuild: true, 'classic-level': true },
    });
  });

  test('takes a file for the package by its whole path, and anything else as it is', async () => {
    const packed = join(temporaryFolder('packed'), 'sluice.tgz');
    writeFileSync(packed, '');
    await runInside('init', folder, '--package', packed);
    expect(read('package.json')).toContain(`"@sluice-pipeline/sluice": "file:${packed}"`);

    folder = join(temporaryFolder('init'), 'other');
    await runInside('init', folder, '--package', '^0.3.0');
    expect(read('package.json')).toContain('"@sluice-pipeline/sluice": "^0.3.0"');
  });

  test('takes a folder that is empty but for git’s own, and no other', async () => {
    mkdirSync(join(folder, '.git'), { recursive: true });
    expect(await runInside('init', folder)).toMatchObject({ exitCode: 0 });

    const again = await runInside('init', folder);

    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/Shop Uploads" is not empty: it holds ".*" and more/);
  });

  test.each([
    ['a file', 'file.txt', /is a file/],
    ['a folder that no stack can be named after', '42', /no name of a stack can be made of "42"/],
  ])('refuses %s', async (_, name, message) => {
    const path = join(temporaryFolder('init'), name);
    if (name.endsWith('.txt')) writeFileSync(path, 'mine');

    const { exitCode, stderr } = await runInside('init', path);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('shows with --dry-run what it would write, and writes nothing', async () => {
    const { exitCode, stdout } = await runInside('init', folder, '--dry-run');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^infra\/consumers\/inbox-sizes\.ts {2}\d+ lines$/m);
    expect(existsSync(folder)).toBe(false);
  });
});

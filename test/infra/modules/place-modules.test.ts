import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleHandler } from '../../../infra/bundle.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

const HALVER = `import sharp from 'sharp';
export const handler = async (base64) => {
  const { info } = await sharp(Buffer.from(base64, 'base64')).resize({ width: 8 }).png().toBuffer({ resolveWithObject: true });
  return info.width + ' by ' + info.height + ' ' + info.format;
};
`;

/** The bundle of a handler that makes images smaller, from this project's own packages. */
function bundleOfHalver(): string {
  const folder = temporaryFolder();
  const handler = join(temporaryFolder(), 'handler.mjs');
  writeFileSync(handler, HALVER);
  bundleHandler({ name: 'halver', handler, modules: ['sharp'] }, PROJECT_DIR, folder);
  return folder;
}

const filesIn = (folder: string) =>
  globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

/** A project with these packages: path of each manifest → what it says. */
function project(
  manifests: Readonly<Record<string, object>>,
  files: Readonly<Record<string, string>> = {},
): string {
  const dir = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  write('functions/user/handler.ts', "import { name } from 'first';\nexport const handler = () => name();\n");
  for (const [path, manifest] of Object.entries(manifests)) {
    write(`${path}/package.json`, JSON.stringify({ version: '1.0.0', main: 'index.js', ...manifest }));
    write(`${path}/index.js`, `exports.name = () => '${path}';\n`);
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return dir;
}

function placed(projectDir: string): string {
  const folder = temporaryFolder();
  bundleHandler({ name: 'user', modules: ['first'] }, projectDir, folder);
  return folder;
}

const manifestsIn = (folder: string) => globSync('**/package.json', { cwd: folder }).toSorted();

describe('a function whose module is sharp', () => {
  let asset: string;

  beforeAll(() => {
    asset = bundleOfHalver();
  });

  test('is deployed with the binaries for Lambda', () => {
    const binaries = globSync('node_modules/@img/sharp*-linux-arm64/lib/*.{node,so*}', { cwd: asset });

    expect(binaries.length).toBeGreaterThanOrEqual(2);
    // ELF, and the machine is AArch64
    for (const file of binaries) {
      const header = readFileSync(join(asset, file)).subarray(0, 20);
      expect([header.toString('latin1', 1, 4), header.readUInt16LE(18)]).toEqual(['ELF', 183]);
    }
  });

  test('runs here from the very same folder', async () => {
    const blue = { width: 16, height: 32, channels: 3, background: 'blue' } as const;
    const image = (await sharp({ create: blue }).jpeg().toBuffer()).toString('base64');
    const script = `console.log(await (await import(process.argv[1])).handler(${JSON.stringify(image)}))`;

    const said = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', script, join(asset, 'index.mjs')],
      { cwd: asset, encoding: 'utf8' },
    );

    expect(said).toBe('8 by 16 png\n');
  });

  test('has the same bytes whenever it is made', () => {
    const again = bundleOfHalver();
    const names = (folder: string) => filesIn(folder).map((file) => file.slice(folder.length));

    expect(names(again)).toEqual(names(asset));
    const differing = filesIn(asset).filter(
      (file) => !readFileSync(file).equals(readFileSync(again + file.slice(asset.length))),
    );
    // the map names the folder in which this test wrote the source
    expect(differing).toEqual([join(asset, 'index.mjs.map')]);
  });
});

describe('the packages beside a bundle', () => {
  test('are those of its modules and all that they need, in the versions that each of them finds', () => {
    const dir = project({
      'node_modules/first': { dependencies: { second: '1', third: '1' }, peerDependencies: { fourth: '1' } },
      'node_modules/second': { dependencies: { third: '2' } },
      'node_modules/second/node_modules/third': { version: '2.0.0', dependencies: { second: '1' } },
      'node_modules/third': {},
      'node_modules/fourth': { devDependencies: { unwanted: '1' } },
      'node_modules/unwanted': {},
    });

    const folder = placed(dir);

    expect(manifestsIn(folder)).toEqual([
      'node_modules/first/package.json',
      'node_modules/fourth/package.json',
      'node_modules/second/node_modules/third/package.json',
      'node_modules/second/package.json',
      'node_modules/third/package.json',
    ]);
    expect(
      JSON.parse(readFileSync(join(folder, 'node_modules/second/node_modules/third/package.json'), 'utf8')),
    ).toMatchObject({ version: '2.0.0' });
  });

  test('leave out packages of other platforms, and optional ones that nobody has', () => {
    const dir = project(
      { 'node_modules/first': { optionalDependencies: { 'first-win32-x64': '1.0.0', gone: '1.0.0' } } },
      {
        'package-lock.json': JSON.stringify({
          packages: { 'node_modules/first-win32-x64': { version: '1.0.0', os: ['win32'], cpu: ['x64'] } },
        }),
      },
    );

    expect(manifestsIn(placed(dir))).toEqual(['node_modules/first/package.json']);
  });

  const refusals: [title: string, () => string, message: RegExp][] = [
    [
      'a module that is not installed',
      () => project({}),
      /^consumer user: its modules: first is not installed; npm install first$/,
    ],
    [
      'a package that lacks what it needs',
      () => project({ 'node_modules/first': { dependencies: { second: '1' } } }),
      /^consumer user: its modules: first needs second, which is not installed; run npm ci$/,
    ],
    [
      'packages for other platforms without npm’s lockfile',
      () => project({ 'node_modules/first': { optionalDependencies: { 'first-linux-arm64': '1.0.0' } } }),
      /first has packages for other platforms, and which of them are Lambda’s stands in package-lock.json/,
    ],
    [
      'a package that cannot be fetched',
      () =>
        project(
          { 'node_modules/first': { optionalDependencies: { 'first-linux-arm64': '1.0.0' } } },
          {
            // nobody listens there
            '.npmrc': 'registry=http://127.0.0.1:9/\n',
            'package-lock.json': JSON.stringify({
              packages: {
                'node_modules/first-linux-arm64': { version: '1.0.0', os: ['linux'], cpu: ['arm64'] },
              },
            }),
          },
        ),
      /npm could not fetch first-linux-arm64@1\.0\.0 for Lambda \(linux arm64\): .*127\.0\.0\.1:9.*; synthesize once where npm reaches its registry, or copy .*\/linux-arm64\/first-linux-arm64@1\.0\.0 from a machine/s,
    ],
    [
      'a binary that was made here',
      () =>
        project(
          { 'node_modules/first': {} },
          { 'node_modules/first/build/Release/first.node': 'for this machine' },
        ),
      /first has a binary that was made for this machine when it was installed \(build\/Release\/first\.node\)/,
    ],
    [
      'more than Lambda takes',
      () => {
        const dir = project({
          'node_modules/first': { dependencies: { second: '1' } },
          'node_modules/second': {},
        });
        writeFileSync(join(dir, 'node_modules/second/model.bin'), '');
        // holes take no room on the disk
        truncateSync(join(dir, 'node_modules/second/model.bin'), 260 * 1024 * 1024);
        return dir;
      },
      /the function would have 261 MB unzipped, of which second has 261 MB; Lambda takes 250 MB/,
    ],
  ];

  test.each(refusals)('are refused for %s', (_, dir, message) => {
    expect(() => placed(dir())).toThrow(message);
  });
});

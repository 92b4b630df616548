import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

type Lists = Readonly<
  Record<'dependencies' | 'devDependencies' | 'peerDependencies', Readonly<Record<string, string>>>
> & { readonly name: string };
const lists = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as Lists;

/** What the package's own code is made of, and runs where it is installed. */
const PUBLISHED = ['cli', 'functions', 'infra', 'local', 'shared'];
/** The page is bundled when the package is built, and needs nothing then; a kernel is compiled by hand. */
const BUILT_BEFORE =
  /^(cli\/console\/page\/|cli\/console\/bundle-page\.ts|functions\/csv-row-counter\/kernel\/)/;

/** How code comes to a package: a statement, a call, and `require` where a package is only needed now and then. */
const IMPORTED = [
  /^(?:import|export)\b[^;'`]*?\bfrom\s+'([^']+)'/gm,
  /^import '([^']+)'/gm,
  /\bimport\('([^']+)'\)/g,
  /\bcreateRequire\([^)]*\)\('([^']+)'\)/g,
];
const PACKAGE = /^(?:@[a-z][\w.-]*\/)?[a-z][\w.-]*(?:\/[\w./-]+)?$/;

/** `@aws-sdk/client-s3` of `@aws-sdk/client-s3/dist/x.js` */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Package → the first file that imports it as code; types alone are nothing that runs. */
function importsIn(
  folders: readonly string[],
  isPassedOver: (file: string) => boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync(
    folders.map((folder) => `${folder}/**/*.{ts,tsx,mjs}`),
    { cwd: PROJECT_DIR },
  )) {
    if (isPassedOver(file)) continue;
    const text = readFileSync(join(PROJECT_DIR, file), 'utf8').replaceAll(/^import type [^;]*;/gm, '');
    const specifiers = IMPORTED.flatMap((form) => [...text.matchAll(form)].map(([, one = '']) => one));
    for (const specifier of specifiers) {
      // what is no package is a file, or stands in a text that another file is made of
      if (isBuiltin(specifier) || !PACKAGE.test(specifier) || specifier === lists.name) continue;
      const name = packageOf(specifier);
      if (!found.has(name)) found.set(name, file);
    }
  }
  return found;
}

describe('a package that', () => {
  const published = importsIn(PUBLISHED, (file) => BUILT_BEFORE.test(file));
  const installed = new Set([...Object.keys(lists.dependencies), ...Object.keys(lists.peerDependencies)]);

  test('published code imports is a dependency, or a peer that the app brings', () => {
    expect(published.size).toBeGreaterThan(20);
    expect([...published].filter(([name]) => !installed.has(name))).toEqual([]);
  });

  test('is a dependency is imported by published code, or gives it types', () => {
    const typing = importsIn(['infra', 'functions', 'shared', 'local', 'cli'], () => false);
    const unused = Object.keys(lists.dependencies).filter(
      (name) => !published.has(name) && !typing.has(name) && !name.startsWith('@types/'),
    );

    expect(unused).toEqual([]);
  });

  test('is a peer is installed here too, as a development dependency of a version that the peer takes', () => {
    for (const [name, range] of Object.entries(lists.peerDependencies)) {
      const here = lists.devDependencies[name];
      // one that is told exactly, as a preview is, or what is like it
      expect([`${name} ${here}`, `${name} ^${here}`]).toContain(`${name} ${range}`);
    }
  });

  test('only tests import is a development dependency', () => {
    const tested = importsIn(['test'], (file) => file.startsWith('test/package/app/'));
    const misplaced = [...tested].filter(
      ([name]) => !published.has(name) && Object.hasOwn(lists.dependencies, name),
    );

    expect(misplaced).toEqual([]);
  });

  test('is in one list alone, but for peers', () => {
    const twice = Object.keys(lists.devDependencies).filter((name) =>
      Object.hasOwn(lists.dependencies, name),
    );

    expect(twice).toEqual([]);
  });
});

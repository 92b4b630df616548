import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const CONFIGURATION = '.oxlintrc.json';

interface Configuration {
  readonly jsPlugins: readonly string[];
  readonly overrides: readonly {
    readonly rules: Readonly<
      Record<string, string | [string, { readonly patterns: readonly { readonly message: string }[] }]>
    >;
  }[];
}

/** Files that each folder of their kind has: a consumer's function, and a door of the package. */
const NAMED_BY_ROLE = ['handler.ts', 'exports.ts'];

/** A file that the linter must refuse, what it says, and the file's text. */
type Forbidden = readonly [path: string, message: string, text: string];

const importOf = (path: string) => `import { a } from '${path}';\nexport const b = a;\n`;

const SHARED = 'shared imports nothing of ours';
const FUNCTIONS = 'functions import shared only';
const CONSUMERS = 'consumers never import one another';
const INFRA = 'infra imports shared only, and names functions by path';
const CLI = 'cli imports shared only; cli/start and cli/demo may import local';
const LAZILY = 'cli/start and cli/demo bring local with them: load them when they are wanted';
const START = 'cli imports shared, and its start and demo import local';
const LOCAL = 'local imports shared only: it runs the synthesized template, never infra or functions';
const CIRCLE = 'Dependency cycle detected';
const CHANGE = 'state is changed inside an expression: give the change a line of its own';
const GLOB = 'a pattern with stars is matched by shared/glob.ts';
const LINE = 'a line of the runtime is written by local/log.ts, not by ';

const FORBIDDEN: readonly Forbidden[] = [
  ...['infra', 'functions/one', 'local', 'cli', 'test'].map((room): Forbidden => [
    `shared/to-${basename(room)}.ts`,
    SHARED,
    importOf(`../${room}/a.ts`),
  ]),
  ...['infra', 'local', 'cli', 'test'].map((room): Forbidden => [
    `functions/one/to-${room}.ts`,
    FUNCTIONS,
    importOf(`../../${room}/a.ts`),
  ]),
  ['functions/one/to-consumer.ts', CONSUMERS, importOf('../two/a.ts')],
  ['functions/one/kernel/to-consumer.ts', CONSUMERS, importOf('../../two/a.ts')],
  ['functions/batch/to-consumer.ts', CONSUMERS, importOf('../two/a.ts')],
  ['functions/objects/to-consumer.ts', CONSUMERS, importOf('../two/a.ts')],
  ...['functions/one', 'local', 'cli', 'test'].map((room): Forbidden => [
    `infra/to-${basename(room)}.ts`,
    INFRA,
    importOf(`../${room}/a.ts`),
  ]),
  ...['functions/one', 'local', 'infra', 'test'].map((room): Forbidden => [
    `cli/status/to-${basename(room)}.ts`,
    CLI,
    importOf(`../../${room}/a.ts`),
  ]),
  ['cli/to-start.ts', LAZILY, importOf('./start/a.ts')],
  ['cli/status/to-demo.ts', LAZILY, importOf('../demo/a.ts')],
  ...['functions/one', 'infra', 'test'].flatMap((room): Forbidden[] => [
    [`cli/start/to-${basename(room)}.ts`, START, importOf(`../../${room}/a.ts`)],
    [`cli/demo/to-${basename(room)}.ts`, START, importOf(`../../${room}/a.ts`)],
  ]),
  ...['infra', 'functions/one', 'cli', 'test'].map((room): Forbidden => [
    `local/s3/to-${basename(room)}.ts`,
    LOCAL,
    importOf(`../../${room}/a.ts`),
  ]),
  ['shared/circle-of-values.ts', CIRCLE, importOf('./circle-of-values-too.ts')],
  [
    'shared/circle-of-values-too.ts',
    CIRCLE,
    "import { b } from './circle-of-values.ts';\nexport const a = b;\n",
  ],
  [
    'local/circle-of-types.ts',
    CIRCLE,
    "import type { Too } from './circle-of-types-too.ts';\nexport type One = Too;\n",
  ],
  [
    'local/circle-of-types-too.ts',
    CIRCLE,
    "import type { One } from './circle-of-types.ts';\nexport type Too = One[];\n",
  ],
  [
    'local/change-in-argument.ts',
    CHANGE,
    'let n = 0;\nexport const add = (take?: (sum: number) => void) => {\n  take?.((n += 1));\n};\n',
  ],
  [
    'shared/change-in-test.ts',
    CHANGE,
    'let n = 0;\nexport const add = () => {\n  if (n++ > 1) throw new Error();\n};\n',
  ],
  ['cli/second-glob.ts', GLOB, "export const parts = (pattern: string) => pattern.split('*');\n"],
  ['local/second-glob.ts', GLOB, "export const form = (parts: string[]) => new RegExp(parts.join('.*'));\n"],
  [
    'local/second-loopback.ts',
    'what means this machine is told by local/gateway/loopback.ts',
    'export const here = /^(127.0.0.1|\\[::1\\])$/;\n',
  ],
  [
    'cli/second-quote.ts',
    'a word for a shell is quoted by cli/terminal/shell-word.ts',
    "export const word = (text: string) => text.replaceAll(\"'\", '');\n",
  ],
  ['cli/too-long.ts', 'File has too many lines (251)', '// a line\n'.repeat(251)],
  ['cli/change-in-argument.ts', CHANGE, 'let n = 0;\nexport const next = () => [(n += 1), n];\n'],
  [
    'local/second-pause.ts',
    'to wait for a time is shared/pause.ts',
    "import { setTimeout as wait } from 'node:timers/promises';\nexport const a = () => wait(1);\n",
  ],
  [
    'cli/second-depth.ts',
    'how many messages a queue holds is told by cli/pipeline/queue-depth.ts',
    "export const a = { QueueUrl: '', AttributeNames: ['ApproximateNumberOfMessages'] };\n",
  ],
  [
    'local/of.ts',
    'a docstring begins with what the thing is',
    '/** Of the things, one. */\nexport const a = 1;\n',
  ],
  ['local/block.ts', 'a comment inside code is written with //', 'export const a = 1; /* one */\n'],
  ['local/line-by-hand.ts', `${LINE}console.error`, "console.error('{}');\n"],
  ['local/s3/line-by-hand.ts', `${LINE}process.stderr`, "process.stderr.write('{}');\n"],
  ['local/too-long.ts', 'File has too many lines (251)', '// a line\n'.repeat(251)],
  [
    'test/ends-what-did-not-begin.ts',
    'world is undefined when what should have set it has failed: world?.…',
    "import { afterAll, beforeAll } from 'vitest';\nlet world: AbortController;\nbeforeAll(() => {\n  world = new AbortController();\n});\nafterAll(() => world.abort());\n",
  ],
];

const ALLOWED: Readonly<Record<string, string>> = {
  'functions/one/to-shared.ts': importOf('../../shared/a.ts'),
  'functions/one/to-batch.ts': importOf('../batch/a.ts'),
  'functions/one/to-objects.ts': importOf('../objects/a.ts'),
  'functions/one/kernel/to-objects.ts': importOf('../../objects/a.ts'),
  'functions/objects/codings/to-own.ts': importOf('../a.ts'),
  'functions/one/kernel/to-own.ts': importOf('../a.ts'),
  'infra/constructs/to-shared.ts': importOf('../../shared/a.ts'),
  'local/s3/to-shared.ts': importOf('../../shared/a.ts'),
  'local/s3/to-own.ts': importOf('../a.ts'),
  'cli/status/to-shared.ts': importOf('../../shared/a.ts'),
  'cli/start/to-local.ts': importOf('../../local/a.ts'),
  'cli/demo/to-local.ts': importOf('../../local/a.ts'),
  'cli/demo/to-start.ts': importOf('../start/a.ts'),
  'test/to-all.ts': importOf('../cli/start/a.ts'),
  'local/change-as-arrow.ts': 'let n = 0;\nexport const add = (more: number) => void (n += more);\n',
  'test/ends-what-began.ts':
    "import { afterAll, beforeAll } from 'vitest';\nlet world: AbortController;\nbeforeAll(() => {\n  world = new AbortController();\n});\nafterAll(() => world?.abort());\n",
};

/** What the linter says of a tree with these files, under this project's own configuration: file → messages. */
function linted(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const folder = temporaryFolder('walls');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  cpSync(join(PROJECT_DIR, CONFIGURATION), join(folder, CONFIGURATION));
  for (const plugin of configuration().jsPlugins) {
    write(plugin, readFileSync(join(PROJECT_DIR, plugin), 'utf8'));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  const oxlint = join(PROJECT_DIR, 'node_modules/oxlint/bin/oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format=json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const found = new Map<string, string[]>();
  const { diagnostics } = JSON.parse(stdout || stderr) as {
    diagnostics: readonly { readonly filename: string; readonly message: string; readonly help?: string }[];
  };
  for (const { filename, message, help = '' } of diagnostics) {
    const path = relative(folder, resolve(folder, filename));
    found.set(path, [...(found.get(path) ?? []), `${message} ${help}`]);
  }
  return found;
}

const configuration = (): Configuration =>
  JSON.parse(readFileSync(join(PROJECT_DIR, CONFIGURATION), 'utf8')) as Configuration;

describe('the linter', () => {
  let said: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    const targets = [
      'shared',
      'infra',
      'functions/one',
      'functions/two',
      'functions/batch',
      'functions/objects',
      'local',
      'cli',
      'cli/start',
      'cli/demo',
      'test',
    ];
    said = linted({
      ...Object.fromEntries(targets.map((room) => [`${room}/a.ts`, 'export const a = 1;\n'])),
      ...Object.fromEntries(FORBIDDEN.map(([path, , text]) => [path, text])),
      ...ALLOWED,
    });
  });

  test.each(FORBIDDEN)('refuses %s: %s', (path, message) => {
    expect(said.get(path)).toContainEqual(expect.stringContaining(message));
  });

  test.each(Object.keys(ALLOWED))('lets %s pass', (path) => {
    expect(said.get(path)).toBeUndefined();
  });

  test('has no wall that was not tried here', () => {
    const walls = configuration().overrides.flatMap(({ rules }) => {
      const rule = rules['no-restricted-imports'];
      return Array.isArray(rule) ? rule[1].patterns.map(({ message }) => message) : [];
    });

    expect(new Set(walls)).toEqual(new Set([SHARED, FUNCTIONS, CONSUMERS, INFRA, CLI, LAZILY, START, LOCAL]));
  });
});

/** Room → rooms that it may import, besides itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  functions: ['shared'],
  infra: ['shared'],
  local: ['shared'],
  cli: ['shared'],
};

const filesOf = (room: string): readonly string[] =>
  readdirSync(join(PROJECT_DIR, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => ['.ts', '.tsx', '.mjs'].includes(extname(path)))
    .map((path) => join(room, path));

/** Every path of ours that a file imports, from the project's folder on: also by `import(…)`, which the linter does not see. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(PROJECT_DIR, file), 'utf8');
  const named = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"`](\.[^'"`]+)['"`]/g);
  return [...named].map(([, path = '']) => join(dirname(file), path));
}

/** The console's page runs in a browser: names are its own, as those of a room. */
const PAGE = 'cli/console/page/';

/** The folder of a file that may import local, if it lies in one. */
const ofLocalUser = (file: string): string | undefined => /^cli\/(?:start|demo)\//.exec(file)?.[0];

describe.each(Object.entries(ROOMS))('the room %s', (room, allowed) => {
  test('imports nothing but what it may, lazily neither', () => {
    const astray = filesOf(room).flatMap((file) => {
      // in a package the program is what was built of the rooms
      const built = file === 'cli/sluice.mjs' ? ['dist'] : [];
      const rooms = [room, ...allowed, ...built, ...(ofLocalUser(file) === undefined ? [] : ['local'])];
      return importsOf(file)
        .filter((path) => !rooms.includes(path.split('/')[0]!))
        .map((path) => `${file} imports ${path}`);
    });

    expect(astray).toEqual([]);
  });

  test('has no two files of one name', () => {
    const names = filesOf(room)
      .filter((file) => !file.startsWith(PAGE))
      .map((file) => basename(file));
    const twice = names.filter(
      (name, index) => !NAMED_BY_ROLE.includes(name) && names.indexOf(name) !== index,
    );

    expect(twice).toEqual([]);
  });
});

test('the page of the console has no two files of one name', () => {
  const names = filesOf('cli')
    .filter((file) => file.startsWith(PAGE))
    .map((file) => basename(file));

  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('an import that is computed is one of a bundle or of a compiler', () => {
  const computed = Object.keys(ROOMS)
    .flatMap(filesOf)
    .flatMap((file) =>
      [...readFileSync(join(PROJECT_DIR, file), 'utf8').matchAll(/\bimport\((?!['"`)])(.*?)\)/g)].map(
        ([, what]) => `${file}: ${what}`,
      ),
    );

  expect(computed).toEqual([
    'functions/csv-row-counter/kernel/compile.ts: COMPILER',
    'local/lambda/bootstrap.mjs: pathToFileURL(path',
  ]);
});

test('a consumer imports no other, lazily neither', () => {
  const common = ['batch', 'objects', 'rows'];
  const astray = filesOf('functions').flatMap((file) => {
    const [, own = ''] = file.split('/');
    return importsOf(file)
      .filter((path) => path.startsWith('functions/'))
      .filter((path) => ![own, ...common].includes(path.split('/')[1]!))
      .map((path) => `${file} imports ${path}`);
  });

  expect(astray).toEqual([]);
});

import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const ROOMS = ['cli', 'functions', 'infra', 'local', 'shared', 'test'];
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  '{docs,docs/decisions}/*.md',
  '*/README.md',
]
  .flatMap((pattern) => globSync(pattern, { cwd: PROJECT_DIR }))
  .filter((file) => !file.startsWith('node_modules/'))
  .toSorted();
/** What the change log says is gone. */
const GONE = new Set(['cli/schemas/']);

const read = (file: string): string => readFileSync(join(PROJECT_DIR, file), 'utf8');
const exists = (path: string): boolean => existsSync(join(PROJECT_DIR, path));

/** The names of every file of the rooms, without their folders. */
const FILES = new Set(
  ROOMS.flatMap((room) => readdirSync(join(PROJECT_DIR, room), { recursive: true, encoding: 'utf8' })).map(
    (path) => basename(path),
  ),
);

/** Words between backticks that stand outside blocks of code: `npm run demo` is three. */
function words(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(/[\s,;:()]+/));
}

/** Whether a word that looks like a path of this project is one. `<name>` and `*` stand for any name. */
function isThere(word: string, document: string): boolean {
  const pattern = word.replaceAll(/<[^>]+>/g, '*');
  const [first = ''] = word.split('/');
  const inRoom = basename(document) === 'README.md' && dirname(document) !== '.';
  const isOurs = [...ROOMS, 'docs', '.ci', '.github'].includes(first) && word.includes('/');
  if (isOurs) {
    return (
      globSync(pattern, { cwd: PROJECT_DIR }).length > 0 || (isFidelityOf(document) && isTest(`test/${word}`))
    );
  }
  if (/^[\w-]+\.(?:ts|mjs)$/.test(word)) return FILES.has(word);
  return !(inRoom && /^[\w-]+\/$/.test(word)) || exists(word) || exists(join(dirname(document), word));
}

const isFidelityOf = (document: string): boolean => document === 'docs/local-fidelity.md';
const isTest = (path: string): boolean => exists(`${path}.test.ts`) || exists(path);

/** The id that a heading has in a rendered page: `## The house` → `the-house`. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What the tests of a file, and groups of them, are called. */
function titles(file: string): string[] {
  const called = read(file).matchAll(/^\s*(?:test|describe)\b[^\n]*?\(\s*(['"`])(.*?)\1/gm);
  return [...called].map(([, , title = '']) => title);
}

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  test('names no path that is not there', () => {
    const astray = words(text).filter((word) => !GONE.has(word) && !isThere(word, document));

    expect(astray).toEqual([]);
  });

  test('links to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const astray = links
      .filter((link) => !/^(?:https?|mailto):/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? document : join(dirname(document), path);
        return !exists(target) || (anchor !== undefined && !anchors(read(target)).includes(anchor));
      });

    expect(astray).toEqual([]);
  });

  test('calls for tests that there are', () => {
    const calls = [...text.matchAll(/vitest (?:run )?(test\/[\w./-]+)(?: -t '([^']+)')?/g)];
    const astray = calls.filter(([, path = '', title = '']) => {
      const files = globSync([path, `${path}/**/*.test.ts`], { cwd: PROJECT_DIR }).filter((file) =>
        file.endsWith('.test.ts'),
      );
      return !files.some((file) => titles(file).some((each) => each.includes(title)));
    });

    expect(astray.map(([call]) => call)).toEqual([]);
  });
});

test('docs/local-fidelity.md names a test in its last column, from test/ on or from the folder of the one before', () => {
  const astray: string[] = [];
  for (const row of read('docs/local-fidelity.md').matchAll(/^\|.*\|([^|]*)\|$/gm)) {
    let folder = '';
    for (const [, name = ''] of row[1]!.matchAll(/`([^`]+)`/g)) {
      const path = [`test/${name}`, join(folder, name)].find(isTest);
      if (path === undefined) astray.push(name);
      else folder = dirname(path);
    }
  }

  expect(astray).toEqual([]);
});

/** Rows of the tables of a page whose last heading is “shown by”: each row's first and last cell. */
function shownRows(page: string): (readonly [first: string, last: string])[] {
  const rows: [string, string][] = [];
  let isShown = false;
  for (const line of read(page).split('\n')) {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length === 0) isShown = false;
    else if (cells.at(-1) === 'shown by') isShown = true;
    else if (isShown && !/^-+$/.test(cells[0]!)) rows.push([cells[0]!, cells.at(-1)!]);
  }
  return rows;
}

test.each(['docs/otherwise.md', 'docs/learn.md'])(
  '%s shows each technique by a page, or by a test that is called so',
  (page) => {
    const rows = shownRows(page);
    const astray = rows.filter(([, last]) => {
      const links = [...last.matchAll(/\]\(([^)\s]+)\)((?:[^[]*?“[^”]+”)?)/g)];
      return (
        links.length === 0 ||
        links.some(([, link = '', behind = '']) => {
          const title = /“(.+)”/.exec(behind)?.[1];
          return (
            title !== undefined && !titles(join(dirname(page), link)).some((each) => each.includes(title))
          );
        })
      );
    });

    expect(rows.length).toBeGreaterThan(6);
    expect(astray).toEqual([]);
  },
);

describe('the tree of CONTRIBUTING.md', () => {
  const tree = /^```\n(shared\/.*?)^```/ms.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
  /** Files and folders that it names, from the project's folder on. */
  const named: string[] = [];
  let room = '';
  for (const line of tree.trimEnd().split('\n')) {
    room = /^(\w+)\//.exec(line)?.[1] ?? room;
    for (const word of line.split(/[\s,;:]+/).filter((each) => /^[\w-]+(?:\.ts|\/)$/.test(each))) {
      named.push(
        [...ROOMS, 'docs'].includes(word.slice(0, -1)) && !exists(join(room, word)) ? word : join(room, word),
      );
    }
  }

  test('names no path that is not there', () => {
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  test('names every folder of a room', () => {
    const folders = ROOMS.flatMap((each) =>
      globSync(`${each}/*/`, { cwd: PROJECT_DIR })
        // a consumer's folder stands for them all
        .filter((folder) => !exists(join(folder, 'handler.ts')))
        .filter((folder) => each !== 'test' || !ROOMS.includes(basename(folder))),
    );
    const missing = folders.filter((folder) => !named.includes(join(folder, '/')) && !named.includes(folder));

    expect(missing).toEqual([]);
  });
});

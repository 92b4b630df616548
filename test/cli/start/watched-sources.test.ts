import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WatchedSources } from '../../../cli/start/watched-sources.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

let project: string;
let sources: WatchedSources | undefined;
let names: (string | null)[];

const path = (file: string): string => join(project, file);
/** @returns the names that were told, once this one was */
const told = async (name: string, change: () => void): Promise<readonly (string | null)[]> => {
  names = [];
  change();
  await waitFor(() => names.includes(name), `the news of ${name}`);
  return names;
};

beforeEach(() => {
  project = temporaryFolder('watched');
  names = [];
  mkdirSync(path('functions/one'), { recursive: true });
  writeFileSync(path('functions/one/handler.ts'), '1');
  writeFileSync(path('cdk.json'), '{}');
  sources = new WatchedSources({
    projectDir: project,
    folders: ['functions'],
    files: ['cdk.json'],
    onChange: (name) => void names.push(name),
    onTrouble: (error) => {
      throw error;
    },
  });
});

afterEach(() => sources?.[Symbol.dispose]());

describe('watched sources tell', () => {
  test('of a file that is written, and that a rename has replaced, again and again', async () => {
    const file = path('functions/one/handler.ts');

    for (let turn = 0; turn < 3; turn++) {
      expect(await told('handler.ts', () => writeFileSync(file, `written ${turn}`))).toContain('handler.ts');
      writeFileSync(path('other'), `renamed ${turn}`);
      expect(await told('handler.ts', () => renameSync(path('other'), file))).toContain('handler.ts');
    }
  });

  test('of a folder that comes later, and of what is written in it', async () => {
    const file = path('functions/two/deep/core.ts');

    expect(await told('two', () => mkdirSync(path('functions/two/deep'), { recursive: true }))).toContain(
      'two',
    );
    expect(await told('core.ts', () => writeFileSync(file, '1'))).toContain('core.ts');
    expect(await told('core.ts', () => writeFileSync(file, '2'))).toContain('core.ts');
  });

  test('of a folder that went and came again', async () => {
    const file = path('functions/one/handler.ts');

    expect(await told('one', () => rmSync(path('functions/one'), { recursive: true }))).toContain('one');
    expect(await told('one', () => mkdirSync(path('functions/one')))).toContain('one');
    expect(await told('handler.ts', () => writeFileSync(file, '2'))).toContain('handler.ts');
    expect(await told('handler.ts', () => writeFileSync(file, '3'))).toContain('handler.ts');
  });

  test('of the files beside the folders that they are asked for, and of no others', async () => {
    writeFileSync(path('notes.txt'), 'x');

    expect(new Set(await told('cdk.json', () => writeFileSync(path('cdk.json'), '{ }')))).toEqual(
      new Set(['cdk.json']),
    );
  });
});

test('what cannot be watched is told with its path', () => {
  expect(
    () =>
      new WatchedSources({
        projectDir: path('nowhere'),
        folders: [],
        files: [],
        onChange: () => {},
        onTrouble: () => {},
      }),
  ).toThrow(/nowhere cannot be watched \(ENOENT.*\); start without --watch/);
});

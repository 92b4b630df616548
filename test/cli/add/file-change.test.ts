import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeChanges } from '../../../cli/add/file-change.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder that holds a list and a folder of a consumer. */
function project(): string {
  const path = temporaryFolder('changes');
  mkdirSync(join(path, 'functions/one'), { recursive: true });
  writeFileSync(join(path, 'list.ts'), 'one\n');
  writeFileSync(join(path, 'functions/one/picture.bin'), Buffer.from([0, 255, 254]));
  return path;
}

const everything = (path: string) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((file) => [
      file,
      statSync(join(path, file)).isDirectory() ? '' : readFileSync(join(path, file)).toString('hex'),
    ]);

const LIST = { file: 'list.ts', before: 'one\n', after: 'one\ntwo\n' };

describe('changes of files', () => {
  test('are made with the folders that they need, and leave no folder empty', () => {
    const path = project();
    const before = everything(path);
    const handler = { file: 'functions/two/handler.ts', before: undefined, after: 'export {};\n' };

    makeChanges(path, [LIST, handler]);

    expect(readFileSync(join(path, 'list.ts'), 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(join(path, handler.file), 'utf8')).toBe('export {};\n');
    makeChanges(
      path,
      [LIST, handler].map(({ file, before, after }) => ({ file, before: after, after: before })),
    );
    expect(everything(path)).toEqual(before);
  });

  test('leave a file its mode', () => {
    const path = project();
    chmodSync(join(path, 'list.ts'), 0o640);

    makeChanges(path, [LIST]);

    expect(statSync(join(path, 'list.ts')).mode & 0o777).toBe(0o640);
  });

  test('are undone when one of them cannot be made', () => {
    const path = project();
    writeFileSync(join(path, 'other.ts'), 'one\n');
    // where it would be written until it takes the place of the other
    mkdirSync(join(path, 'other.ts.new'));
    const before = everything(path);

    expect(() =>
      makeChanges(path, [
        LIST,
        { ...LIST, file: 'other.ts' },
        { file: 'functions/two/handler.ts', before: undefined, after: 'export {};\n' },
      ]),
    ).toThrow('everything is as it was');

    expect(everything(path)).toEqual(before);
  });

  test('are not begun when a file is not what they were made for', () => {
    const path = project();
    writeFileSync(join(path, 'list.ts'), 'other\n');

    expect(() =>
      makeChanges(path, [{ file: 'functions/two/handler.ts', before: undefined, after: '' }, LIST]),
    ).toThrow('list.ts has changed meanwhile');
    expect(existsSync(join(path, 'functions/two'))).toBe(false);
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLine, madeBy } from '../../../cli/add/consumer-flags.ts';
import {
  changesToAdd,
  changesToRemove,
  type Files,
  type ProjectShape,
} from '../../../cli/add/consumer-files.ts';
import { furtherNames, listedWithout } from '../../../cli/add/consumer-list.ts';
import { documentWithout } from '../../../cli/add/docs-row.ts';
import type { FileChange } from '../../../cli/add/file-change.ts';
import { FILL_IN } from '../../../cli/add/function-files.ts';
import { newConsumer } from '../../../cli/add/new-consumer.ts';
import { someConsumer } from './some-consumers.ts';

const read = (file: string) => readFileSync(resolve(import.meta.dirname, '../../..', file), 'utf8');
/** This project's, without further consumers, which a copy of it may have. */
const FURTHER = furtherNames(read('infra/consumers.ts'));
const TREE: Files = new Map([
  ['infra/consumers.ts', FURTHER.reduce(listedWithout, read('infra/consumers.ts'))],
  ['README.md', FURTHER.reduce(documentWithout, read('README.md'))],
]);
const SHAPE: ProjectShape = { layout: 'repository', hasRoleFiles: true };
const shape = fc.record({
  layout: fc.constantFrom('repository' as const, 'app' as const),
  hasRoleFiles: fc.boolean(),
});

/** The files as they are once the changes are made. */
function changed(files: Files, changes: readonly FileChange[]): Files {
  const after = new Map(files);
  for (const change of changes) {
    expect(after.get(change.file)).toBe(change.before);
    if (change.after === undefined) after.delete(change.file);
    else after.set(change.file, change.after);
  }
  return after;
}

describe('a consumer that is added', () => {
  test('and removed leaves every file as it was, whatever it is and whatever others were added', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someConsumer, { selector: ({ name }) => name, maxLength: 5 }),
        shape,
        (all, how) => {
          const trees = [TREE];
          for (const one of all) trees.push(changed(trees.at(-1)!, changesToAdd(trees.at(-1)!, one, how)));
          let files = trees.at(-1)!;
          // in another order than they came
          for (const { name } of all.toSorted((one, other) => one.name.length - other.name.length)) {
            const { changes, edits } = changesToRemove(files, name, how);
            expect(edits).toEqual([]);
            files = changed(files, changes);
          }

          expect(Object.fromEntries(files)).toEqual(Object.fromEntries(TREE));
        },
      ),
    );
  });

  test('is in the list among the further ones, which stay sorted by name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(someConsumer, { selector: ({ name }) => name, maxLength: 6 }), (all) => {
        const files = all.reduce((tree, one) => changed(tree, changesToAdd(tree, one, SHAPE)), TREE);
        const names = all.map(({ name }) => name).toSorted();

        expect(furtherNames(files.get('infra/consumers.ts')!)).toEqual(names);
        const rows = [...files.get('README.md')!.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
        expect(rows).toEqual(['metadata-writer', 'csv-row-counter', 'ledger-exporter', ...names]);
      }),
    );
  });

  test('says in its entry by which command it was made', () => {
    fc.assert(
      fc.property(someConsumer, (consumer) => {
        expect(madeBy(`import …\n\n${commandLine(consumer)}\nexport const …`)).toEqual(consumer);
      }),
    );
  });

  test('has exactly three lines to fill in when it has a function, and none when it has not', () => {
    fc.assert(
      fc.property(someConsumer, shape, (consumer, how) => {
        const texts = changesToAdd(TREE, consumer, how).map(({ after = '' }) => after);

        expect(texts.join('').split(FILL_IN).length - 1).toBe(consumer.target.kind === 'function' ? 3 : 0);
      }),
    );
  });
});

describe('a consumer that is removed', () => {
  const sizes = newConsumer('image-sizes', { prefix: ['images/'] });
  const added = changed(TREE, changesToAdd(TREE, sizes, SHAPE));
  const handler = 'functions/image-sizes/handler.ts';

  test.each<[what: string, file: string, text: string | undefined]>([
    ['a file that was edited', handler, 'export const handler = 1;\n'],
    ['a file that was added to its folders', 'functions/image-sizes/png.ts', 'export const png = 1;\n'],
    ['a file that is gone', 'test/functions/image-sizes/image-sizes-row.test.ts', undefined],
  ])('tells of %s', (_, file, text) => {
    const tree = new Map(added);
    if (text === undefined) tree.delete(file);
    else tree.set(file, text);

    const { edits, changes } = changesToRemove(tree, 'image-sizes', SHAPE);

    expect(edits).toEqual([{ file, before: added.get(file), after: text }]);
    expect(changed(tree, changes)).toEqual(TREE);
  });

  test('tells of all of its files when its entry was written by hand', () => {
    const tree = new Map(added).set('infra/consumers/image-sizes.ts', 'export const imageSizes = 1;\n');

    const { edits, madeBy: made } = changesToRemove(tree, 'image-sizes', SHAPE);

    expect(made).toBeUndefined();
    expect(edits.map(({ before }) => before)).toEqual(Array.from({ length: 5 }, () => undefined));
  });

  test('takes its snapshot along, which a test has written', () => {
    const snapshot = 'test/infra/__snapshots__/Sluice-dev.image-sizes.snap';
    const other = 'test/infra/__snapshots__/Sluice-dev.images.snap';
    const tree = new Map(added).set(snapshot, '{}').set(other, '{}');

    const { edits, changes } = changesToRemove(tree, 'image-sizes', SHAPE);

    expect(edits).toEqual([]);
    expect(changed(tree, changes)).toEqual(new Map(TREE).set(other, '{}'));
  });
});

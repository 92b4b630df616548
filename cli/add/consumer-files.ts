import { DIAGRAM_PAGE, pageWithout } from './diagram.ts';
import { documentWith, documentWithout, DOCUMENT } from './docs-row.ts';
import { entryFile, roleFile } from './entry-file.ts';
import { madeBy } from './consumer-flags.ts';
import type { FileChange } from './file-change.ts';
import { coreFile, coreName, coreTestFile, handlerFile } from './function-files.ts';
import type { Layouts } from './import-lines.ts';
import { furtherNames, LIST, listedWith, listedWithout } from './consumer-list.ts';
import type { NewConsumer } from './new-consumer.ts';

/** The files of a project that a consumer may be told in: path from its folder on → text. */
export type Files = ReadonlyMap<string, string>;

/** How the project writes what it imports, and what it has beside the files that every app has. */
export interface ProjectShape {
  readonly layout: Layouts;
  /** It lists in `test/infra/iam/` what each role may do. */
  readonly hasRoleFiles: boolean;
}

/** Whether a file is the consumer's alone. */
export function isFileOf(name: string, file: string): boolean {
  return (
    [entryPath(name), rolePath(name)].includes(file) ||
    [`functions/${name}/`, `test/functions/${name}/`].some((folder) => file.startsWith(folder)) ||
    isSnapshotOf(name, file)
  );
}

export const entryPath = (name: string): string => `infra/consumers/${name}.ts`;
const rolePath = (name: string): string => `test/infra/iam/${name}.json`;

/** Its part of the template, which a test writes by itself. */
const isSnapshotOf = (name: string, file: string): boolean =>
  file.startsWith('test/infra/__snapshots__/') && file.endsWith(`.${name}.snap`);

/** What `add` writes of a consumer. Two of them are edited, the others come. */
export function changesToAdd(
  files: Files,
  consumer: NewConsumer,
  shape: ProjectShape,
): readonly FileChange[] {
  const own = ownFiles(consumer, shape);
  const list = listedWith(files.get(LIST) ?? '', consumer.name);
  const document = files.get(DOCUMENT);
  const edited = new Map([
    [LIST, list],
    ...(document === undefined
      ? []
      : [[DOCUMENT, documentWith(document, consumer, furtherNames(list))] as const]),
  ]);
  return [...own, ...edited]
    .map(([file, after]) => ({ file, before: files.get(file), after }))
    .filter(({ before, after }) => before !== after);
}

/** What `remove` does, and by how much the consumer's files are not what `add` has written. */
export interface Removal {
  readonly changes: readonly FileChange[];
  /** From what `add` wrote to what is there: edited files, added ones and missing ones. */
  readonly edits: readonly FileChange[];
  /** Undefined for a consumer that was written by hand, or whose entry does not say any more how it was added. */
  readonly madeBy: NewConsumer | undefined;
}

export function changesToRemove(files: Files, name: string, shape: ProjectShape): Removal {
  const own = [...files].filter(([file]) => isFileOf(name, file));
  const made = madeBy(files.get(entryPath(name)) ?? '');
  const written = made?.name === name ? ownFiles(made, shape) : new Map<string, string>();
  const isThere = new Map(own.filter(([file]) => !isSnapshotOf(name, file)));
  const edits = [...new Set([...written.keys(), ...isThere.keys()])].toSorted().map((file) => ({
    file,
    before: written.get(file),
    after: isThere.get(file),
  }));
  const shared = [
    [LIST, (text: string) => listedWithout(text, name)],
    [DOCUMENT, (text: string) => documentWithout(text, name)],
    [DIAGRAM_PAGE, (text: string) => pageWithout(text, name)],
  ] as const;
  return {
    changes: [
      ...shared.flatMap(([file, without]) => {
        const before = files.get(file);
        return before === undefined ? [] : [{ file, before, after: without(before) }];
      }),
      ...own.map(([file, before]) => ({ file, before, after: undefined })),
    ].filter(({ before, after }) => before !== after),
    edits: edits.filter(({ before, after }) => before !== after),
    madeBy: made,
  };
}

function ownFiles(consumer: NewConsumer, { layout, hasRoleFiles }: ProjectShape): Map<string, string> {
  const { name, target } = consumer;
  const core = coreName(consumer);
  return new Map([
    [entryPath(name), entryFile(consumer, layout)],
    ...(target.kind === 'function'
      ? ([
          [`functions/${name}/handler.ts`, handlerFile(consumer, layout)],
          [`functions/${name}/${core}.ts`, coreFile(consumer, layout)],
          [`test/functions/${name}/${core}.test.ts`, coreTestFile(consumer)],
        ] as const)
      : []),
    ...(hasRoleFiles && target.kind === 'function' ? ([[rolePath(name), roleFile(consumer)]] as const) : []),
  ]);
}

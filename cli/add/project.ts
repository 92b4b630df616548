import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nearestWord } from '../../shared/nearest-word.ts';
import { nothingMatched, usageError } from '../cli-error.ts';
import { entryPath, isFileOf, type Files, type ProjectShape } from './consumer-files.ts';
import { madeBy } from './consumer-flags.ts';
import { LIST, listedEntries, namesIn } from './consumer-list.ts';
import { DIAGRAM_PAGE } from './diagram.ts';
import { DOCUMENT } from './docs-row.ts';
import { textOf } from './file-change.ts';
import { coreName } from './function-files.ts';
import { camelCase, type NewConsumer } from './new-consumer.ts';

/** A folder with the sources of a pipeline: this repository, or an app that uses the package. */
export interface Project {
  readonly path: string;
  readonly shape: ProjectShape;
  /** Paths of all files in its rooms. */
  readonly paths: readonly string[];
}

const ROOMS = ['infra', 'functions', 'test'];

/** @throws CliError, a usage error, when the folder holds no list of consumers */
export function openProject(path: string): Project {
  const listed = textOf(join(path, LIST));
  if (
    listed === undefined ||
    ['package.json', 'cdk.json'].some((file) => textOf(join(path, file)) === undefined)
  ) {
    throw usageError(
      `${path} is no project of a pipeline: it wants package.json, cdk.json and ${LIST}`,
      'go to the folder of the project; sluice init makes one',
    );
  }
  const paths = ROOMS.flatMap((room) => filesIn(join(path, room)).map((file) => `${room}/${file}`));
  return {
    path,
    paths,
    shape: {
      layout: paths.includes('infra/consumer-definition.ts') ? 'repository' : 'app',
      hasRoleFiles: paths.some((file) => file.startsWith('test/infra/iam/')),
    },
  };
}

/** The files that a consumer of this name is told in, or may be. */
export function filesAbout({ path, paths }: Project, name: string): Files {
  const wanted = [LIST, DOCUMENT, DIAGRAM_PAGE, ...paths.filter((file) => isFileOf(name, file))];
  return new Map(
    wanted.flatMap((file) => {
      const text = textOf(join(path, file));
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @throws CliError, a usage error, when something of that name is there already */
export function refuseTaken({ path, paths }: Project, consumer: NewConsumer): void {
  const { name } = consumer;
  const list = textOf(join(path, LIST)) ?? '';
  const own = paths.find((file) => isFileOf(name, file));
  if (listedEntries(list).has(name) || own !== undefined) {
    throw usageError(
      `there is a consumer ${name} already${own === undefined ? '' : `: ${own}`}`,
      isConsumer(path, name)
        ? `take another name; or first sluice remove consumer ${name}`
        : 'take another name: that folder is not a consumer’s',
    );
  }
  if (namesIn(list).has(camelCase(name))) {
    throw usageError(`${LIST} has a ${camelCase(name)} already`, 'take another name');
  }
  const core = `/${coreName(consumer)}.ts`;
  const clash = paths.find((file) => file.startsWith('functions/') && file.endsWith(core));
  if (clash !== undefined) throw usageError(`its core would be called as ${clash} is`, 'take another name');
}

/** Whether the list names it, or its entry says by which command it was added. Folders of other names are nobody's to remove. */
function isConsumer(path: string, name: string): boolean {
  const list = textOf(join(path, LIST)) ?? '';
  return listedEntries(list).has(name) || madeBy(textOf(join(path, entryPath(name))) ?? '')?.name === name;
}

/** @throws CliError, naming what it may be, when there is no consumer of that name */
export function refuseMissing({ path }: Project, name: string): void {
  if (isConsumer(path, name)) return;
  const known = [...listedEntries(textOf(join(path, LIST)) ?? '').keys()];
  const near = nearestWord(name, known);
  throw nothingMatched(
    `there is no consumer ${JSON.stringify(name)} in ${LIST}`,
    near === undefined ? `one of ${known.join(', ')}` : `did you mean ${near}?`,
  );
}

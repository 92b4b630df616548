import { usageError } from '../cli-error.ts';
import { camelCase } from './new-consumer.ts';

/** The list of consumers of a project. */
export const LIST = 'infra/consumers.ts';

const ENTRY = /^import \{ (\w+) \} from '\.\/consumers\/([\w-]+)\.ts';$/;

/** Names of the consumers whose entries lie in `infra/consumers/`, and that the list imports: name → what the entry exports. */
export function listedEntries(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, exported, name] = ENTRY.exec(line) ?? [];
      return name === undefined || exported === undefined ? [] : [[name, exported] as const];
    }),
  );
}

/** Names of the further ones, in the order of the list. */
export function furtherNames(text: string): readonly string[] {
  const lines = text.split('\n');
  const { from, to } = furtherOnes(lines);
  const nameOf = new Map([...listedEntries(text)].map(([each, as]) => [as, each]));
  return lines.slice(from, to).flatMap((line) => nameOf.get(itemOf(line) ?? '') ?? []);
}

const itemOf = (line: string): string | undefined => /^ {2}(\w+),/.exec(line)?.[1];

/** Names that the list's file has already: imported, or made there. */
export function namesIn(text: string): ReadonlySet<string> {
  const imported = [...text.matchAll(/^import (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    ),
  );
  const made = [...text.matchAll(/\b(?:const|function|class)\s+(\w+)/g)].map(([, name = '']) => name);
  return new Set([...imported, ...made]);
}

/**
 * The list's file with the import of the consumer, and its line among the further ones, both sorted by name.
 *
 * @throws CliError, a usage error, when the list has not the shape that the docs show
 */
export function listedWith(text: string, name: string): string {
  const lines = text.split('\n');
  const exported = camelCase(name);
  const imports = lines.flatMap((line, index) => (/^(?:import |\} from )/.test(line) ? [index] : []));
  const entries = imports.filter((index) => ENTRY.test(lines[index]!));
  const later = entries.find((index) => ENTRY.exec(lines[index]!)![2]! > name);
  const importAt = later ?? (entries.at(-1) ?? imports.at(-1) ?? -1) + 1;
  const { from, to } = furtherOnes(lines);
  const nameOf = new Map([...listedEntries(text)].map(([each, as]) => [as, each]));
  const after = lines.slice(from, to).findIndex((line) => {
    const item = itemOf(line);
    return item !== undefined && (nameOf.get(item) ?? item) > name;
  });
  return lines
    .toSpliced(after === -1 ? to : from + after, 0, `  ${exported},`)
    .toSpliced(importAt, 0, `import { ${exported} } from './consumers/${name}.ts';`)
    .join('\n');
}

/** The list's file without the consumer. It is as it was before `listedWith`. */
export function listedWithout(text: string, name: string): string {
  const exported = listedEntries(text).get(name) ?? camelCase(name);
  const lines = text.split('\n').filter((line) => ENTRY.exec(line)?.[2] !== name);
  const { begin, to } = furtherOnes(lines);
  return lines.filter((line, index) => index < begin || index >= to || line !== `  ${exported},`).join('\n');
}

/** Where the list begins, and from where to where its further ones stand: behind the line that says so, if there is one. */
function furtherOnes(lines: readonly string[]): { begin: number; from: number; to: number } {
  const begin = lines.findIndex((line) => /^export const consumers\b.*= \[$/.test(line)) + 1;
  const to = lines.indexOf('];', begin);
  if (begin === 0 || to === -1) {
    throw usageError(
      `${LIST} has no list with a consumer a line, export const consumers: readonly ConsumerEntry[] = [ … ];`,
      'write it like that; docs/adding-a-consumer.md shows it',
    );
  }
  const mark = lines.findIndex(
    (line, index) => index >= begin && index < to && /^ {2}\/\/ further/.test(line),
  );
  return { begin, from: mark === -1 ? begin : mark + 1, to };
}

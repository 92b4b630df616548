import type { ProjectCopy } from './project-copy.ts';

/** A block of a guide that says which file it is, what to change in one, or what to run in the project's folder. */
export interface GuideBlock {
  readonly kind: 'file' | 'diff' | 'command';
  readonly file: string;
  readonly text: string;
}

const KINDS: Readonly<Record<string, GuideBlock['kind']>> = { diff: 'diff', sh: 'command' };

/** The blocks whose first line names a file: ```` ```ts infra/consumers/one.ts ````, ```` ```diff infra/consumers.ts ````, ```` ```sh project ````. */
export function guideBlocks(markdown: string): readonly GuideBlock[] {
  return [...markdown.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', text = '']) => ({ kind: KINDS[language] ?? 'file', file, text }),
  );
}

/** Writes or changes the file that the block names. @throws Error when a line that it names is not in the file, once */
export function apply(copy: ProjectCopy, { kind, file, text }: GuideBlock): void {
  if (kind === 'file') {
    copy.write(file, text);
    return;
  }
  const lines = copy.read(file).split('\n');
  let at = -1;
  for (const line of text.trimEnd().split('\n')) {
    const [sign, rest] = [line[0], line.slice(1)];
    if (sign === '+') {
      at++;
      lines.splice(at, 0, rest);
      continue;
    }
    const places = lines.flatMap((one, index) => (one === rest ? [index] : []));
    if (places.length !== 1) {
      throw new Error(
        `${file} has the line ${JSON.stringify(rest)} ${places.length} times, and must have it once`,
      );
    }
    at = places[0]!;
    if (sign === '-') {
      lines.splice(at, 1);
      at--;
    }
  }
  copy.write(file, lines.join('\n'));
}

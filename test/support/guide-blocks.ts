import type { ProjectCopy } from './project-copy.ts';

/** A block of a guide that says which file it is, or what to change in one. */
export interface GuideBlock {
  readonly kind: 'file' | 'diff';
  readonly file: string;
  readonly text: string;
}

/** The blocks whose first line names a file: ```` ```ts infra/consumers/thumbnailer.ts ````, ```` ```diff infra/consumers.ts ````. */
export function guideBlocks(markdown: string): readonly GuideBlock[] {
  return [...markdown.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, language, file = '', text = '']) => ({ kind: language === 'diff' ? 'diff' : 'file', file, text }),
  );
}

/** Does what the block says. @throws Error when a line that it names is not in the file, once */
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

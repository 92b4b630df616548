/** A mistake of one line that somebody could make in the product, and the test that must notice it. */
export interface Canary {
  /** What goes wrong, as a sentence: `a redrive deletes what SQS refused`. */
  readonly name: string;
  /** From the project's folder: `cli/dead-letters/redrive.ts`. */
  readonly file: string;
  /** The whole line, without what indents it; the file has it once. */
  readonly before: string;
  /** What stands there instead; empty where the line is taken out. */
  readonly after: string;
  /** Of the tests that notice the quickest: its file, and its title or a part of it. */
  readonly caughtBy: readonly [file: string, title: string];
}

/**
 * The text of the canary's file with its line changed.
 *
 * @throws RangeError when the line is not there, or more than once
 */
export function withMistake(text: string, { name, file, before, after }: Canary): string {
  const lines = text.split('\n');
  const places = [...lines.entries()].flatMap(([index, line]) => (line.trim() === before ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) {
    throw new RangeError(
      `${file} has the line ${JSON.stringify(before)} ${places.length} times, where "${name}" wants it once: write the canary anew for the line as it is now`,
    );
  }
  const indent = lines[place]!.slice(0, lines[place]!.indexOf(before));
  return lines.with(place, indent + after).join('\n');
}

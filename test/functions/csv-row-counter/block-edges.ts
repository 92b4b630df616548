/** What decides a record, and what does not. */
const CHARACTERS = ['"', ',', '\r', '\n', 'x'];
const LONGEST = 4;
const BLOCK = 64;
const KERNEL_MEMORY = 64 * 1024;
// what comes before: text in which a quote is literal, an open field, the end of a line, and of one that is blank
const BEFORE = ['x', 'x,"', 'x\n', 'x\r', '\n'];
// what comes behind, so that a carry that got lost shows: at least a block, for each of the kernel's lanes
const AFTER = ['y\n\n"y\ny"\n', 'y\n\n'].map((text) => text + 'z'.repeat(2 * BLOCK));

/** Every text of one to four of the characters. */
const TEXTS = (function textsUpTo(length: number): string[] {
  if (length === 0) return [];
  const shorter = textsUpTo(length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [
    ...shorter,
    ...(length === 1 ? [''] : longest).flatMap((text) => CHARACTERS.map((character) => text + character)),
  ];
})(LONGEST);

/** Every text at every offset around the end of a block, after everything that can come before. */
export function* blockEdges(): Generator<Buffer> {
  for (let offset = BLOCK - LONGEST; offset <= BLOCK + 2; offset++) {
    for (const before of BEFORE) yield* placed(offset, before, '');
  }
}

/** The same around the end of the kernel's memory. The header is short, so that not all is hashed. */
export function* memoryEdges(): Generator<Buffer> {
  for (let offset = KERNEL_MEMORY - LONGEST; offset <= KERNEL_MEMORY; offset++) {
    for (const before of ['x', 'x,"']) yield* placed(offset, before, 'header\n');
  }
}

function* placed(offset: number, before: string, beginning: string): Generator<Buffer> {
  const filler = beginning.padEnd(offset - before.length, 'x') + before;
  for (const text of TEXTS) for (const after of AFTER) yield Buffer.from(filler + text + after);
}

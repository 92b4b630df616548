/** Raise it when the same object gives another row: a replay then writes every row anew. */
export const REVISION = 1;

/** What was found in a file of JSON lines. */
export interface OrderLines {
  readonly lines: number;
  readonly valid: number;
  readonly rejected: number;
  /** One line of JSON for each that was rejected, up to the cap: `{"line":3,"error":"…","text":"…"}` */
  readonly rejects: string;
}

const MOST_REJECT_BYTES = 8 * 1024 * 1024;
const SHOWN_CHARACTERS = 1_000;

/**
 * Looks at each line of an object, in constant memory. Of the same it must say the same: events are delivered, and replayed,
 * more than once. Blank lines are none.
 */
export async function orderLinesRow(chunks: AsyncIterable<Uint8Array>): Promise<OrderLines> {
  const seen = { lines: 0, valid: 0, rejected: 0, rejects: '' };
  for await (const text of linesOf(chunks)) {
    if (text.trim() === '') continue;
    seen.lines++;
    const error = faultOf(text);
    if (error === undefined) {
      seen.valid++;
      continue;
    }
    seen.rejected++;
    if (seen.rejects.length < MOST_REJECT_BYTES) {
      const shown = text.slice(0, SHOWN_CHARACTERS);
      seen.rejects += `${JSON.stringify({ line: seen.lines, error, text: shown })}\n`;
    }
  }
  return seen;
}

/** What is wrong with a line; undefined of an order. */
function faultOf(text: string): string | undefined {
  let order: { id?: unknown; total?: unknown } | null;
  try {
    order = JSON.parse(text) as typeof order;
  } catch {
    return 'no JSON';
  }
  if (typeof order?.id !== 'string') return 'no id, which is a text';
  return Number.isFinite(order.total) ? undefined : 'no total, which is a number';
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of chunks) {
    const parts = (begun + decoder.decode(chunk, { stream: true })).split('\n');
    begun = parts.pop() ?? '';
    yield* parts;
  }
  yield begun + decoder.decode();
}

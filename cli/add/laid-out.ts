/** Part of an expression that is written on one line where it fits there, else with each of its items on a line of its own. */
export type Layout =
  | string
  | { readonly label: string; readonly value: Layout }
  | { readonly open: string; readonly items: readonly Layout[]; readonly close: string };

const LINE_WIDTH = 110;

/** `'images/'`, as the formatter of the project writes it. */
export function quoted(text: string): string {
  const inside = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"');
  const count = (quote: string) => inside.split(quote).length;
  const quote = count("'") > count('"') ? '"' : "'";
  return quote + inside.split(quote).join(`\\${quote}`) + quote;
}

export const list = (...items: readonly Layout[]): Layout => ({ open: '[', items, close: ']' });
export const call = (name: string, ...items: readonly Layout[]): Layout => ({
  open: `${name}(`,
  items,
  close: ')',
});
export const field = (label: string, value: Layout): Layout => ({ label: `${label}: `, value });
export const object = (...items: readonly Layout[]): Layout => ({ open: '{ ', items, close: ' }' });

/**
 * The lines of an expression, as the project's formatter breaks them.
 *
 * @param indent columns that the line begins with
 * @param behind columns that something takes behind it on its last line, such as a comma
 */
export function laidOut(part: Layout, indent: number, behind = 1, used = indent): string {
  const flat = flatText(part);
  if (used + flat.length + behind <= LINE_WIDTH && !isAlwaysBroken(part)) return flat;
  if (typeof part === 'string') return flat;
  const pad = ' '.repeat(indent + 2);
  if ('label' in part) {
    const { label, value } = part;
    if (typeof value === 'string') return `${label.trimEnd()}\n${pad}${value}`;
    return label + laidOut(value, indent, behind, used + label.length);
  }
  const lines = part.items.map((item) => `${pad}${laidOut(item, indent + 2)},\n`);
  return `${part.open.trimEnd()}\n${lines.join('')}${' '.repeat(indent)}${part.close.trimStart()}`;
}

/** Whether it has a list of several objects in it that have several fields each: the formatter gives each of them a line. */
function isAlwaysBroken(part: Layout): boolean {
  if (typeof part === 'string') return false;
  if ('label' in part) return isAlwaysBroken(part.value);
  const { items } = part;
  return (items.length > 1 && items.every(hasSeveralItems)) || items.some(isAlwaysBroken);
}

const hasSeveralItems = (part: Layout): boolean =>
  typeof part !== 'string' && 'items' in part && part.items.length > 1;

function flatText(part: Layout): string {
  if (typeof part === 'string') return part;
  if ('label' in part) return part.label + flatText(part.value);
  return part.open + part.items.map(flatText).join(', ') + part.close;
}

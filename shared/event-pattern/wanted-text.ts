import { type JsonValue, readJson, writeJson } from './pattern-json.ts';

/**
 * A pattern's list in words: `[{"prefix":"csv/"},{"suffix":".csv"}]` → `prefix "csv/" or suffix ".csv"`. What is not known here
 * stays as it is.
 */
export function wantedText(list: string): string {
  const value = readJson(list);
  return value.kind === 'array' ? value.items.map(matcherText).join(' or ') : list;
}

/** One element of a list, as JSON: `{"exists":false}` → `absent` */
export const elementText = (element: string): string => matcherText(readJson(element));

function matcherText(value: JsonValue): string {
  if (value.kind !== 'object') return writeJson(value);
  const [operator = '', operand] = value.fields[0] ?? [];
  if (operand === undefined) return writeJson(value);
  switch (operator) {
    case 'exists':
      return writeJson(operand) === 'true' ? 'present' : 'absent';
    case 'anything-but':
      return `anything but ${operand.kind === 'object' ? matcherText(operand) : listText(operand)}`;
    case 'equals-ignore-case':
      return `${listText(operand)} in any case`;
    case 'prefix':
    case 'suffix':
    case 'wildcard':
      return `${operator} ${operand.kind === 'object' ? matcherText(operand) : listText(operand)}`;
    case 'numeric':
      return operand.kind === 'array' ? rangeText(operand.items) : writeJson(value);
    case 'cidr':
      return `an address in ${writeJson(operand)}`;
    default:
      return writeJson(value);
  }
}

const listText = (value: JsonValue): string =>
  value.kind === 'array' ? value.items.map(writeJson).join(' or ') : writeJson(value);

/** `["<",5]` → `< 5`, `[">",0,"<=",5]` → `> 0 and <= 5` */
function rangeText(items: readonly JsonValue[]): string {
  const words = items.map((item) => (item.kind === 'string' ? item.value : writeJson(item)));
  return words.map((word, index) => (index === 2 ? `and ${word}` : word)).join(' ');
}

import { type JsonValue, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';

/** A line that is longer is broken, where it can be. */
const WIDTH = 64;

/** JSON, laid out to be read and edited: what fits on a line stands on one. */
export function jsonText(value: JsonValue, indent = '', before = 0): string {
  const flat = flatText(value);
  const fits = indent.length + before + flat.length <= WIDTH;
  if (fits || (value.kind !== 'object' && value.kind !== 'array')) return flat;
  const inner = `${indent}  `;
  const [open, close, lines] =
    value.kind === 'object'
      ? [
          '{',
          '}',
          value.fields.map(([name, field]) => {
            const head = `${JSON.stringify(name)}: `;
            return head + jsonText(field, inner, head.length);
          }),
        ]
      : ['[', ']', value.items.map((item) => jsonText(item, inner))];
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}

function flatText(value: JsonValue): string {
  switch (value.kind) {
    case 'object': {
      const fields = value.fields.map(([name, field]) => `${JSON.stringify(name)}: ${flatText(field)}`);
      return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
    }
    case 'array':
      return `[${value.items.map(flatText).join(', ')}]`;
    case 'string':
    case 'number':
    case 'literal':
    default:
      return writeJson(value);
  }
}

// Reads data that came as JSON, and says of what is wrong where it stands, its value and what to do.

/** @throws Error when it is no object */
export function fieldsOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(where, value, 'it must be an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** @throws Error naming the first of the fields, if there is any */
export function refuseUnknown(unknown: Readonly<Record<string, unknown>>, where: string): void {
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw wrong(`${where}.${name}`, unknown[name], 'nobody knows this field');
}

/** @throws Error when it is no text, or an empty one */
export function checkText(where: string, value: unknown): void {
  if (typeof value !== 'string') throw wrong(where, value, 'it must be a text');
  if (value === '') throw wrong(where, value, 'it must not be empty');
}

/** @throws Error when it is no list of texts, or an empty one */
export function checkTexts(where: string, value: unknown, example: string): void {
  if (!Array.isArray(value) || value.length === 0) throw wrong(where, value, `list some, such as ${example}`);
  for (const text of value as unknown[]) checkText(where, text);
}

export const wrong = (where: string, value: unknown, what: string): Error =>
  new Error(`${where} is ${JSON.stringify(value)}: ${what}`);

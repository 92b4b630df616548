import type { Input } from '../protocols/input.ts';

/** One page of a listing, sorted by name; the token of the next is the last name of this one. */
export function page<T extends { readonly name: string }>(
  input: Input,
  all: readonly T[],
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const limit = input.integer('Limit', 1, 100) ?? 100;
  const prefix = input.optionalText('NamePrefix') ?? '';
  const token = input.optionalText('NextToken');
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  const rest = all.filter(({ name }) => name.startsWith(prefix) && (after === undefined || name > after));
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next: last === undefined ? {} : { NextToken: Buffer.from(last.name).toString('base64url') },
  };
}

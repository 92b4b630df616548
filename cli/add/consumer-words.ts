import type { NewConsumer } from './new-consumer.ts';

/** Which objects it hears of, in words: `objects under images/ named .png, created or deleted` */
export function heardText({ prefixes, suffixes, hears }: NewConsumer): string {
  const keys = prefixes.length === 0 ? 'every object' : `objects under ${listed(prefixes)}`;
  const names = suffixes.length === 0 ? '' : ` named ${suffixes.map((suffix) => `…${suffix}`).join(' or ')}`;
  return `${keys}${names}, ${hears === 'both' ? 'created or deleted' : hears}`;
}

/** What it keeps of one of these, in words. */
export function keptText({ name, keeps, target }: NewConsumer): string {
  switch (keeps) {
    case 'rows':
      return 'one row each in a table of its own';
    case 'objects':
      return `objects under ${name}/ of the output bucket`;
    case 'nothing':
      return target.kind === 'function' ? 'nothing' : `nothing here: its target is a ${target.kind}`;
    default:
      return keeps satisfies never;
  }
}

const listed = (texts: readonly string[]): string => texts.join(' or ');

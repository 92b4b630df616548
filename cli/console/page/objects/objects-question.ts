import type { lsDocument } from '../../../objects/ls-document.ts';
import type { lsNewestDocument } from '../../../objects/ls-newest-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import type { ListOrder } from './listed-pages.ts';
import type { Stretch } from './stretch.ts';

export type ObjectsDocument = DocumentOf<typeof lsDocument> | DocumentOf<typeof lsNewestDocument>;

/** Which objects are listed, and in which order: what the page's address says. */
export interface ObjectsQuestion {
  readonly prefix: string;
  readonly order: ListOrder;
  /** How far back the ledger is read in AWS: `6h`. @default the verb's own */
  readonly since?: string | undefined;
}

/** @param query `prefix=csv/&order=newest`; without a prefix the newest come first, with one the keys are in order */
export function questionIn(query: URLSearchParams): ObjectsQuestion {
  const prefix = query.get('prefix') ?? '';
  const order = query.get('order');
  return {
    prefix,
    order: order === 'newest' || order === 'key' ? order : prefix === '' ? 'newest' : 'key',
    since: query.get('since') ?? undefined,
  };
}

/** What to write into the address, so that it says nothing that goes without saying. */
export const orderFilter = (prefix: string, order: ListOrder): string | undefined =>
  questionIn(new URLSearchParams({ prefix })).order === order ? undefined : order;

/**
 * The command that asks: `['ls', '--newest', '--outcomes', '--limit', '200', '--', 's3://bucket/csv/']`. The prefix stands behind
 * the bucket, since one may look like a flag.
 */
export function listArgs(
  question: ObjectsQuestion,
  bucket: string,
  { after, limit, hasOutcomes }: Stretch,
): readonly string[] {
  return [
    'ls',
    ...flagsOf(question, hasOutcomes),
    '--limit',
    String(limit),
    ...(after === undefined ? [] : [`--after=${after}`]),
    '--',
    `s3://${bucket}/${question.prefix}`,
  ];
}

/** The same as a person types it: `['ls', 'csv/', '--newest', '--outcomes']`. */
export function typedArgs(question: ObjectsQuestion, bucket: string): readonly string[] {
  const { prefix } = question;
  const isPlain = !prefix.startsWith('-') && !/^s3:/i.test(prefix);
  const place = isPlain ? prefix : `s3://${bucket}/${prefix}`;
  return ['ls', ...(place === '' ? [] : [place]), ...flagsOf(question, true)];
}

const flagsOf = ({ order, since }: ObjectsQuestion, hasOutcomes: boolean): readonly string[] => [
  ...(order === 'newest' ? ['--newest'] : []),
  ...(hasOutcomes ? ['--outcomes'] : []),
  ...(order === 'newest' && since !== undefined ? [`--since=${since}`] : []),
];

import type { Judgement } from './finding.ts';

/**
 * The status of a row that agrees with its object, and says that the consumer could make nothing of it: `malformed-csv`.
 *
 * @param statuses those that the consumer's index is of
 */
export function toldStatus(
  { class: found, row }: Judgement,
  statuses: readonly string[] = [],
): string | undefined {
  const { status } = row ?? {};
  if (found !== 'recorded' || row?.isDeleted !== false || status === undefined) return undefined;
  return statuses.includes(status) ? status : undefined;
}

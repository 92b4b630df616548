import { usageError } from '../cli-error.ts';

/**
 * Refuses a flag that names a consumer which the template has not.
 *
 * @param flag e.g. `--share` @param named what it says, by the consumer's id
 * @throws CliError usage, with the ids that there are
 */
export function checkConsumersOf(
  flag: string,
  named: Readonly<Record<string, unknown>>,
  consumers: readonly { readonly id: string }[],
): void {
  const ids = consumers.map(({ id }) => id);
  const unknown = Object.keys(named).find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  throw usageError(`${flag} names ${unknown}, which the template has not`, `one of ${ids.join(', ')}`);
}

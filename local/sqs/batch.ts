import { AwsError } from '../protocols/aws-error.ts';
import type { Input } from '../protocols/input.ts';

const MOST_ENTRIES = 10;

/**
 * Runs a batch operation: each entry succeeds or fails by itself, under its `Id`.
 *
 * @param guard looks at every entry first, and may refuse the batch as a whole
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `BatchEntryIdsNotDistinct`, `InvalidBatchEntryId`
 */
export function runBatch(
  input: Input,
  run: (entry: Input) => object,
  guard: (entry: Input) => void = () => {},
): { Successful: object[]; Failed: object[] } {
  const entries = input.objects('Entries');
  input.finish();
  const ids = entries.map((entry) => entry.optionalText('Id') ?? entry.missing('Id'));
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  for (const entry of entries) guard(entry);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const [index, entry] of entries.entries()) {
    const Id = ids[index];
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, Failed };
}

/**
 * Which messages of a batch Lambda takes as failed, given the function's answer: they stay in the queue.
 *
 * A list that is missing or empty is full success (a function that forgets to return loses nothing of a failure that it
 * threw, and everything of one that it did not). An answer that cannot be understood is full
 * failure; that an answer which is no object at all (a number, a list) is one too is inferred, AWS does not say.
 *
 * @param answer JSON text @param messageIds those of the batch
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessages(answer: string, messageIds: readonly string[]): ReadonlySet<string> {
  const all = new Set(messageIds);
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    return all;
  }
  if (parsed === null) return new Set();
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return all;
  const failures = (parsed as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}

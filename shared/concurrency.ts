/**
 * Runs the task on every item, at most `limit` at a time, started in the order given. Resolves when all have ended.
 * After a task has thrown, no other is started.
 *
 * @throws whatever a task throws, at once, while those in hand go on: pass one that keeps its errors.
 */
export async function concurrently<Item>(
  items: Iterable<Item>,
  limit: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const remaining = items[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = remaining.next(); next.done !== true && !failed; next = remaining.next()) {
      try {
        await task(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

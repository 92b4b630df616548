/**
 * Runs the task on every item, at most `limit` at a time, started in the order given. Resolves when all have ended.
 *
 * @throws whatever a task throws, at once: pass one that keeps its errors.
 */
export async function concurrently<Item>(
  items: readonly Item[],
  limit: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const worker = async (): Promise<void> => {
    for (const item of remaining) {
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** The items in lists of this size, the last one of those that are left. */
export async function* pagesOf<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length === size) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

type Event = Readonly<Record<string, unknown>>;

/** What events hold, by path: `detail.reason` → `"PutObject"` 12 times. The values are JSON texts, the most frequent ones first. */
export type SeenValues = ReadonlyMap<string, readonly (readonly [json: string, times: number])[]>;

/** The values of some events, each as JSON text. */
export function seenValues(events: readonly Event[]): SeenValues {
  const counted = new Map<string, Map<string, number>>();
  for (const event of events) {
    for (const [path, leaves] of leavesOf(event)) {
      const times = counted.get(path) ?? new Map<string, number>();
      counted.set(path, times);
      for (const json of new Set(leaves)) {
        times.set(json, (times.get(json) ?? 0) + 1);
      }
    }
  }
  return new Map(
    Array.from(counted, ([path, times]) => [path, [...times].toSorted(([, a], [, b]) => b - a)] as const),
  );
}

/** What an event holds, by path, as JSON texts: `detail.object.key` → `"a.csv"`. A path with several runs through an array. */
export function leavesOf(event: Event): ReadonlyMap<string, readonly string[]> {
  const leaves = new Map<string, string[]>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, field] of Object.entries(value)) visit(field, path === '' ? name : `${path}.${name}`);
    } else {
      const there = leaves.get(path) ?? [];
      leaves.set(path, [...there, JSON.stringify(value)]);
    }
  };
  visit(event, '');
  return leaves;
}

/** `csv/2026/a.csv` → `csv/2026/` and `csv/` */
export const foldersOf = (key: string): readonly string[] =>
  Array.from(key.matchAll(/\//g), ({ index }) => key.slice(0, index + 1)).toReversed();

/** `csv/a.csv.gz` → `.csv.gz` and `.gz`; nothing where the name has none. */
export function endingsOf(key: string): readonly string[] {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return Array.from(name.matchAll(/\.(?=\w{1,8}(?:\.\w{1,8})?$)/g), ({ index }) => name.slice(index));
}

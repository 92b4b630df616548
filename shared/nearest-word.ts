/**
 * The known word that a mistyped one is meant for: `prefx` → `prefix`, `startswith` → undefined. At most a third of its
 * letters may be wrong.
 */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((word) => ({ word, distance: editsBetween(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance * 3 <= Math.max(word.length, typed.length))
    .toSorted((left, right) => left.distance - right.distance);
  return nearest?.word;
}

/** Letters to insert, remove, replace or swap with their neighbour. */
function editsBetween(left: string, right: string): number {
  // an operator's typing error costs no more than this
  if (Math.abs(left.length - right.length) > 8) return Infinity;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      next.push(
        Math.min(
          last[column]! + 1,
          next[column - 1]! + 1,
          last[column - 1]! + (isSame ? 0 : 1),
          isSwapped ? before[column - 2]! + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return last[right.length]!;
}

const CUSTOMERS = [
  'Okafor',
  'Holm',
  'Silva',
  'Brown',
  "O'Neill",
  'Müller',
  'García',
  'Nguyễn',
  '李',
  'Иванова',
];
const CITIES = [
  'Lagos',
  'Aarhus',
  '"São Paulo, SP"',
  'Leeds',
  'Cork',
  'Nürnberg',
  'Sevilla',
  'Huế',
  '香港',
  'Пермь',
];
const PRODUCTS = ['kettle', 'desk lamp', '"shelf, oak"', '"monitor 27"""', 'notebook', 'chair'];
const NOTES = [
  '',
  '',
  '',
  '',
  'gift',
  '"call, then deliver"',
  '"leave with\nthe neighbour"',
  '"said ""soon"""',
];

const FIRST_ORDER_MS = Date.UTC(2026, 0, 1);

/**
 * A CSV of so many orders after its header, in chunks of some 64 KiB: the same bytes for the same seed, on any machine.
 * One field in ten is quoted, some with a newline, so that its lines are more than its `orders + 1` rows.
 */
export function* generateOrders(orders: number, seed = 1): Generator<Uint8Array> {
  const below = randomIntegers(seed);
  const pick = (values: readonly string[]): string => values[below(values.length)] ?? '';
  let text = 'order_id,ordered_at,customer,city,product,quantity,unit_price,note\n';
  let orderedAtMs = FIRST_ORDER_MS;
  for (let order = 0; order < orders; order++) {
    orderedAtMs += below(600) * 1_000;
    const price = `${1 + below(400)}.${String(below(100)).padStart(2, '0')}`;
    text +=
      `${100_000 + order},${new Date(orderedAtMs).toISOString()},${pick(CUSTOMERS)},${pick(CITIES)},` +
      `${pick(PRODUCTS)},${1 + below(9)},${price},${pick(NOTES)}\n`;
    if (text.length > 60_000) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

/** Whole numbers from 0 to below what is asked for: mulberry32, integer arithmetic alone. */
function randomIntegers(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

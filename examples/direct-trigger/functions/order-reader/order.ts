/** What is kept of an order. */
export interface Order {
  readonly customer: string;
  readonly items: number;
}

/** @throws Error on what is no order: then the event is tried again, and kept among the failures */
export function parseOrder(text: string): Order {
  const { customer, items } = JSON.parse(text) as { customer?: unknown; items?: unknown };
  if (typeof customer !== 'string' || !Array.isArray(items)) {
    throw new Error('this is no order: it wants a customer and a list of items');
  }
  return { customer, items: items.length };
}

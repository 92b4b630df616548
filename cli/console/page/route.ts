import { computed, signal } from '@preact/signals';

/** Where the page is: `/objects?prefix=csv/`. Filters live in the address, so that it can be sent to somebody. */
const address = signal(new URL(location.href));

export const path = computed(() => address.value.pathname);
export const query = computed(() => address.value.searchParams);

addEventListener('popstate', () => {
  address.value = new URL(location.href);
});

/** @param to `/objects?prefix=csv/` */
export function go(to: string, { replace = false } = {}): void {
  const url = new URL(to, location.href);
  if (url.href === location.href) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  const hasPageChanged = url.pathname !== address.value.pathname;
  address.value = url;
  if (hasPageChanged) scrollTo(0, 0);
}

/** An address: `addressOf('/objects', { prefix: 'csv/' })`. What is undefined or empty is left out; a list repeats its name. */
export function addressOf(
  page: string,
  filters: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    for (const one of [value ?? []].flat()) if (one !== '') all.append(name, one);
  }
  return all.size === 0 ? page : `${page}?${all}`;
}

/** Changes filters of the page that is open, and leaves the others. */
export function setFilters(
  filters: Readonly<Record<string, string | readonly string[] | undefined>>,
  { replace = true } = {},
): void {
  const now = Object.fromEntries(query.value.keys().map((name) => [name, query.value.getAll(name)]));
  go(addressOf(path.value, { ...now, ...filters }), { replace });
}

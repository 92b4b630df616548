import { compareUtf8 } from '../../../objects/utf8-order.ts';

/** A row of the list: what a key holds, and what became of it. */
export interface ListedObject {
  readonly key: string;
  readonly size?: number;
  readonly etag?: string;
  readonly lastModified: string;
  readonly versionId?: string;
  /** The key holds a delete marker. */
  readonly isDeleted?: boolean;
  readonly consumers: readonly string[];
  /** By the consumer's name. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** It was here, and is no more: deleted, or changed and further up now. It keeps its place while it is being read. */
  readonly isGone?: boolean;
}

/** What a verb has answered: `ls`, or `ls newest`. */
export interface AnsweredPage {
  readonly objects: readonly ListedObject[];
  readonly next?: string;
}

/** A stretch of the list, from one cursor to the next page's. */
interface ListedPage {
  /** What `--after` takes to ask for it; undefined: it is the first. */
  readonly after: string | undefined;
  /** Undefined: it is far away and was dropped, or was never asked for. */
  readonly objects: readonly ListedObject[] | undefined;
  /** How many rows it takes, whether they are there or not. */
  readonly rows: number;
  /** Its first and last row, as they were when it was there. */
  readonly first: ListedObject | undefined;
  readonly last: ListedObject | undefined;
}

export type ListOrder = 'newest' | 'key';

/** A list that is longer than anybody wants to hold: pages of it, of which those far from what is seen can be dropped. */
export interface ListedPages {
  readonly order: ListOrder;
  readonly pages: readonly ListedPage[];
  /** What `--after` takes to go on behind the last page; undefined: that is all. */
  readonly next: string | undefined;
}

/** Small neighbours become one page up to so many rows. */
const MOST_ROWS = 400;

export function firstPage(order: ListOrder, answer: AnsweredPage): ListedPages {
  return { order, pages: [pageOf(undefined, answer.objects)], next: answer.next };
}

/** The list, with what was answered behind its last page. */
export function withMore(list: ListedPages, answer: AnsweredPage): ListedPages {
  const objects = without(answer.objects, keysOf(list.pages));
  const pages = objects.length === 0 ? list.pages : [...list.pages, pageOf(list.next, objects)];
  return { ...list, pages, next: answer.next };
}

/**
 * The list, with a page asked for again. Where it no longer reaches the page behind it, since rows have come between, the
 * rest becomes a page that is not there yet.
 */
export function withPage(list: ListedPages, index: number, answer: AnsweredPage): ListedPages {
  const page = list.pages[index];
  if (page === undefined) return list;
  const others = list.pages.filter((one) => one !== page);
  const isLast = index === list.pages.length - 1;
  const own = isLast ? answer.objects : answer.objects.filter((row) => !isBehind(list.order, row, page.last));
  const again = pageOf(page.after, without(own, keysOf(others)));
  const hasAll = answer.next === undefined || isLast || reaches(list.order, answer.objects, page.last);
  const rows = Math.max(1, missing(page, answer));
  const rest = hasAll ? [] : [{ ...page, after: answer.next, objects: undefined, rows, first: undefined }];
  return {
    ...list,
    pages: [...list.pages.slice(0, index), again, ...rest, ...list.pages.slice(index + 1)],
    next: isLast ? answer.next : list.next,
  };
}

/** The list with a new beginning. What lies behind stays where the two meet; where more has come than one page shows, it begins anew. */
export function withHead(list: ListedPages, answer: AnsweredPage): ListedPages {
  const end = answer.objects.at(-1);
  const met = end === undefined || answer.next === undefined ? undefined : placeOf(list, end);
  if (met === undefined) return firstPage(list.order, answer);
  const known = new Set(answer.objects.map(({ key }) => key));
  const behind = list.pages.slice(met.page + 1).map((page) => pageWithout(page, known));
  const rest = without(list.pages[met.page]?.objects?.slice(met.row + 1) ?? [], known);
  return {
    ...list,
    pages: [pageOf(undefined, answer.objects), ...joined(answer.next, rest, behind)],
  };
}

/**
 * The list with what is known anew of one of its pages, every row in its place.
 *
 * @returns also the keys that have come between and are not shown: `withPage` brings them
 */
export function refreshed(
  list: ListedPages,
  index: number,
  answer: AnsweredPage,
): { readonly list: ListedPages; readonly held: readonly string[] } {
  const page = list.pages[index];
  if (page?.objects === undefined) return { list, held: [] };
  const answered = new Map(answer.objects.map((object) => [object.key, object]));
  const isWhole = answer.next === undefined;
  const objects = page.objects.map((row): ListedObject => {
    const now = answered.get(row.key);
    if (now !== undefined && (list.order === 'key' || isSame(now, row))) return now;
    const isPassed = isWhole || reaches(list.order, answer.objects, row);
    return now !== undefined || isPassed ? { ...row, isGone: true } : row;
  });
  const known = keysOf(list.pages);
  const held = answer.objects
    .filter(({ key }) => !known.has(key))
    .filter((row) => isWithin(list, index, row));
  return {
    list: { ...list, pages: list.pages.with(index, { ...page, objects }) },
    held: held.map(({ key }) => key),
  };
}

/** How many rows of a new beginning are not in the list, up to the first that is. */
export function newerThan(list: ListedPages, answer: AnsweredPage): number {
  const first = list.pages[0]?.first;
  if (first === undefined) return answer.objects.length;
  const known = new Set([first, ...list.pages.flatMap(({ objects = [] }) => objects)].map(identity));
  const met = answer.objects.findIndex(
    (row) => known.has(identity(row)) || row.lastModified < first.lastModified,
  );
  return met === -1 ? answer.objects.length : met;
}

/** The list without the rows of pages that lie further than `kept` rows from what is seen. */
export function withoutFar(list: ListedPages, first: number, end: number, kept: number): ListedPages {
  let at = 0;
  const pages = list.pages.map((page) => {
    const isFar = at + page.rows < first - kept || at > end + kept;
    at += page.rows;
    return isFar && page.objects !== undefined ? { ...page, objects: undefined } : page;
  });
  return pages.every((page, index) => page === list.pages[index]) ? list : { ...list, pages };
}

/** The pages that hold these rows, by their place in `pages`. */
export function pagesWithin({ pages }: ListedPages, first: number, end: number): readonly number[] {
  let at = 0;
  return pages.flatMap(({ rows }, index) => {
    const begins = at;
    at += rows;
    return begins < end && at > first ? [index] : [];
  });
}

/** A row of the list as it is drawn; its object is undefined while its page is not there. */
export interface ListedRow {
  readonly id: string;
  readonly object: ListedObject | undefined;
}

export function rowsOf({ pages }: ListedPages): readonly ListedRow[] {
  return pages.flatMap(({ objects, rows, after }): readonly ListedRow[] =>
    objects === undefined
      ? Array.from({ length: rows }, (_, index) => ({ id: `${index} after ${after}`, object: undefined }))
      : objects.map((object) => ({ id: `=${object.key}`, object })),
  );
}

const pageOf = (after: string | undefined, objects: readonly ListedObject[]): ListedPage => ({
  after,
  objects,
  rows: objects.length,
  first: objects[0],
  last: objects.at(-1),
});

function pageWithout(page: ListedPage, keys: ReadonlySet<string>): ListedPage {
  if (page.objects === undefined) return page;
  return { ...page, ...pageOf(page.after, without(page.objects, keys)), last: page.last };
}

/** What is left of a page before those behind it; a small one is put together with the next. */
function joined(
  after: string | undefined,
  objects: readonly ListedObject[],
  behind: readonly ListedPage[],
): readonly ListedPage[] {
  const [next, ...further] = behind;
  if (next?.objects !== undefined && objects.length + next.rows <= MOST_ROWS) {
    return [{ ...pageOf(after, [...objects, ...next.objects]), last: next.last }, ...further];
  }
  return objects.length === 0 ? behind : [pageOf(after, objects), ...behind];
}

const keysOf = (pages: readonly ListedPage[]): ReadonlySet<string> =>
  new Set(pages.flatMap(({ objects = [] }) => objects.map(({ key }) => key)));

const without = (objects: readonly ListedObject[], keys: ReadonlySet<string>): readonly ListedObject[] =>
  objects.filter(({ key }) => !keys.has(key));

/** The same for the same version of a key. */
const identity = ({ key, lastModified, versionId = '' }: ListedObject): string =>
  JSON.stringify([key, lastModified, versionId]);

const isSame = (one: ListedObject, other: ListedObject): boolean => identity(one) === identity(other);

function placeOf({ pages }: ListedPages, row: ListedObject): { page: number; row: number } | undefined {
  for (const [page, { objects = [] }] of pages.entries()) {
    const at = objects.findIndex((one) => isSame(one, row));
    if (at !== -1) return { page, row: at };
  }
  return undefined;
}

/** Whether what was answered goes as far as this row's place; where times are the same nobody can tell, and it does not. */
function reaches(
  order: ListOrder,
  answered: readonly ListedObject[],
  row: ListedObject | undefined,
): boolean {
  const end = answered.at(-1);
  if (row === undefined) return true;
  if (end === undefined) return false;
  if (order === 'key') return compareUtf8(end.key, row.key) >= 0;
  return end.lastModified < row.lastModified || answered.some((one) => isSame(one, row));
}

/** Whether a row comes behind another one; of the same time nobody can tell, and it does not. */
function isBehind(order: ListOrder, row: ListedObject, other: ListedObject | undefined): boolean {
  if (other === undefined) return false;
  return order === 'key' ? compareUtf8(row.key, other.key) > 0 : row.lastModified < other.lastModified;
}

/** Whether a row belongs on this page, and not behind it. */
const isWithin = ({ order, pages, next }: ListedPages, index: number, row: ListedObject): boolean =>
  (index === pages.length - 1 && next === undefined) || !isBehind(order, row, pages[index]?.last);

function missing({ rows, objects = [] }: ListedPage, answer: AnsweredPage): number {
  if (objects.length === 0) return rows - answer.objects.length;
  const answered = new Set(answer.objects.map(({ key }) => key));
  return objects.filter(({ key }) => !answered.has(key)).length;
}

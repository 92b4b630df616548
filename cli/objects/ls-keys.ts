import { EXIT, type ExitCode } from '../exit-code.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { currentObjects, type CurrentObject } from './current-objects.ts';
import { listedRows, type ListedLine } from './listed-rows.ts';
import { listObjects, type ListedObject } from './listing.ts';
import type { lsDocument } from './ls-document.ts';
import { pagesOf } from './pages-of.ts';
import { noteDisabled } from './reach-columns.ts';
import { RefusedConsumers, withOutcomes } from './with-outcomes.ts';

export interface KeyListing {
  readonly prefix: string;
  readonly limit: number;
  /** Start behind this key. */
  readonly after?: string | undefined;
  /** Tell what became of each. */
  readonly hasOutcomes: boolean;
}

const SHOWN_AT_A_TIME = 1_000;

/** Lists objects in the order of their keys. */
export async function lsKeys(
  scope: Scope,
  { prefix, limit, after, hasOutcomes }: KeyListing,
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const routes = await routesOf(pipeline, pipeline.consumers);
  let count = 0;
  let last: string | undefined;
  async function* counted<Listed extends ListedObject>(listed: AsyncIterable<Listed>) {
    for await (const object of listed) {
      signal.throwIfAborted();
      count++;
      if (count > limit) return;
      last = object.key;
      yield { ...object, reached: routesFor(routes, pipeline, object) };
    }
  }
  const refused = new RefusedConsumers();
  const listed = { prefix, ...(after !== undefined && { after }) };
  const objects = hasOutcomes
    ? // a row is of a version, which a listing of objects does not tell
      withOutcomes(scope, routes, counted(present(currentObjects(pipeline, listed))), refused)
    : counted(listObjects(pipeline, { ...listed, limit: limit + 1 }));
  if (terminal.isJson) {
    async function* items() {
      for await (const { reached, key, size, etag, lastModified, ...more } of objects) {
        const consumers = reached.map(({ consumer }) => consumer.name);
        const outcomes = 'outcomes' in more ? { outcomes: more.outcomes } : {};
        yield { key, size, etag, lastModified, consumers, ...outcomes };
      }
    }
    await terminal.listDocument<
      DocumentOf<typeof lsDocument>,
      'objects',
      'isTruncated' | 'next' | 'unavailable'
    >(
      { verb: 'ls', target: pipeline.deployment, bucket: pipeline.ingestBucket, prefix },
      'objects',
      items(),
      () => ({
        isTruncated: count > limit,
        ...(count > limit && last !== undefined && { next: last }),
        ...refused.told(),
      }),
    );
  } else {
    const rows = listedRows(terminal, routes, hasOutcomes);
    for await (const page of pagesOf<ListedLine>(objects, SHOWN_AT_A_TIME)) {
      terminal.rows(rows.columns, page.map(rows.line));
    }
    noteDisabled(terminal, routes);
  }
  if (count === 0) {
    terminal.note(
      after === undefined
        ? `there is nothing under ${JSON.stringify(prefix)}`
        : `there is nothing under ${JSON.stringify(prefix)} behind ${JSON.stringify(after)}`,
    );
    return EXIT.nothingMatched;
  }
  if (count > limit) terminal.note('there are more: see --limit, and --after KEY');
  return refused.note(terminal) ? EXIT.partlyDone : EXIT.done;
}

/** Those of them that are objects. */
async function* present(objects: AsyncIterable<CurrentObject>): AsyncGenerator<CurrentObject & ListedObject> {
  for await (const { isDeleteMarker, size = 0, etag = '', ...object } of objects) {
    if (!isDeleteMarker) yield { ...object, isDeleteMarker, size, etag };
  }
}

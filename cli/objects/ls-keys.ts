import { EXIT, type ExitCode } from '../exit-code.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { listedRows } from './listed-rows.ts';
import { listObjects } from './listing.ts';
import type { lsDocument } from './ls-document.ts';
import { pagesOf } from './pages-of.ts';
import { noteDisabled } from './reach-columns.ts';

export interface KeyListing {
  readonly prefix: string;
  readonly limit: number;
  /** Start behind this key. */
  readonly after?: string | undefined;
}

const SHOWN_AT_A_TIME = 1_000;

/** Lists objects in the order of their keys. */
export async function lsKeys(
  { pipeline, terminal, signal }: Scope,
  { prefix, limit, after }: KeyListing,
): Promise<ExitCode> {
  const routes = await routesOf(pipeline, pipeline.consumers);
  let count = 0;
  let last: string | undefined;
  async function* objects() {
    const listed = listObjects(pipeline, {
      prefix,
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    for await (const object of listed) {
      signal.throwIfAborted();
      count++;
      if (count > limit) return;
      last = object.key;
      yield { ...object, reached: routesFor(routes, pipeline, object) };
    }
  }
  if (terminal.isJson) {
    async function* items() {
      for await (const { reached, ...object } of objects()) {
        yield { ...object, consumers: reached.map(({ consumer }) => consumer.name) };
      }
    }
    await terminal.listDocument<DocumentOf<typeof lsDocument>, 'objects', 'isTruncated' | 'next'>(
      { verb: 'ls', target: pipeline.deployment, bucket: pipeline.ingestBucket, prefix },
      'objects',
      items(),
      () => ({ isTruncated: count > limit, ...(count > limit && last !== undefined && { next: last }) }),
    );
  } else {
    const rows = listedRows(terminal, routes);
    for await (const page of pagesOf(objects(), SHOWN_AT_A_TIME)) {
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
  return EXIT.done;
}

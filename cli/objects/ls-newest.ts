import { EXIT, type ExitCode } from '../exit-code.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { listedRows, type ListedLine } from './listed-rows.ts';
import type { lsNewestDocument } from './ls-newest-document.ts';
import { newestSource } from './newest-source.ts';
import { pagesOf } from './pages-of.ts';
import { noteDisabled } from './reach-columns.ts';
import { RefusedConsumers, withOutcomes } from './with-outcomes.ts';

export interface NewestListing {
  readonly prefix: string;
  readonly limit: number;
  /** As it was typed: the `next` of a list before. */
  readonly after?: string | undefined;
  /** As it was typed: how far back. */
  readonly since?: string | undefined;
  /** Tell what became of each. */
  readonly hasOutcomes: boolean;
}

const SHOWN_AT_A_TIME = 1_000;
/** What a list of nothing has looked at. */
const WHERE = {
  runtime: '',
  ledger: ' in that time: --since looks further back, and ls without --newest by key',
};

/** Lists what keys hold now, objects and delete markers, what changed last first. */
export async function lsNewest(
  scope: Scope,
  { prefix, limit, after, since, hasOutcomes }: NewestListing,
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const { ingestBucket: bucket, deployment } = pipeline;
  const source = await newestSource(scope, { prefix, limit: limit + 1, after, since });
  const routes = await routesOf(pipeline, pipeline.consumers);
  let count = 0;
  let last: string | undefined;
  async function* counted() {
    for await (const { isDeleted, ...object } of source.objects) {
      signal.throwIfAborted();
      count++;
      if (count > limit) return;
      last = object.place;
      const reached = routesFor(routes, pipeline, { ...object, isDeleted });
      yield { ...object, isDeleteMarker: isDeleted, reached };
    }
  }
  const refused = new RefusedConsumers();
  const objects = hasOutcomes ? withOutcomes(scope, routes, counted(), refused) : counted();
  if (terminal.isJson) {
    async function* items() {
      for await (const { reached, place: _, isDeleteMarker: isDeleted, ...object } of objects) {
        yield { ...object, isDeleted, consumers: reached.map(({ consumer }) => consumer.name) };
      }
    }
    await terminal.listDocument<
      DocumentOf<typeof lsNewestDocument>,
      'objects',
      'isTruncated' | 'next' | 'ledger' | 'unavailable'
    >(
      { verb: 'ls newest', target: deployment, bucket, prefix, from: source.from },
      'objects',
      items(),
      () => ({
        isTruncated: count > limit,
        ...(count > limit && last !== undefined && { next: last }),
        ...source.looked(),
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
  for (const note of source.notes()) terminal.note(note);
  if (count === 0) {
    terminal.note(
      `there is nothing ${after === undefined ? '' : 'more '}under ${JSON.stringify(prefix)}${WHERE[source.from]}`,
    );
    return EXIT.nothingMatched;
  }
  if (count > limit) terminal.note(`there are more: see --limit, and --after ${shellWord(last ?? '')}`);
  return refused.note(terminal) ? EXIT.partlyDone : EXIT.done;
}

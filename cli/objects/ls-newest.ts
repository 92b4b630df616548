import { CliError, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { listedRows, type ListedLine } from './listed-rows.ts';
import type { lsNewestDocument } from './ls-newest-document.ts';
import { newestObjects } from './newest-objects.ts';
import { pagesOf } from './pages-of.ts';
import { noteDisabled } from './reach-columns.ts';
import { withOutcomes } from './with-outcomes.ts';

export interface NewestListing {
  readonly prefix: string;
  readonly limit: number;
  /** As it was typed: the `next` of a list before. */
  readonly after?: string | undefined;
  /** Tell what became of each. */
  readonly hasOutcomes: boolean;
}

const SHOWN_AT_A_TIME = 1_000;

/** Lists what keys hold now, objects and delete markers, what changed last first. */
export async function lsNewest(
  scope: Scope,
  { prefix, limit, after, hasOutcomes }: NewestListing,
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const { control, ingestBucket: bucket, deployment } = pipeline;
  if (control === undefined) {
    throw new CliError('S3 lists objects by their keys alone, not by their time', {
      nextStep: 'leave --newest out, or ask the pipeline on this machine',
    });
  }
  if (after !== undefined && !/^[0-9a-f]{1,32}$/.test(after)) {
    throw usageError(
      `--after ${JSON.stringify(after)} is no place in a list of the newest`,
      'give it the `next` of the document that ls --newest --json printed last',
    );
  }
  const routes = await routesOf(pipeline, pipeline.consumers);
  let count = 0;
  let last: string | undefined;
  async function* counted() {
    for await (const { isDeleted, ...object } of newestObjects(control!, {
      bucket,
      prefix,
      after,
      limit: limit + 1,
    })) {
      signal.throwIfAborted();
      count++;
      if (count > limit) return;
      last = object.place;
      const reached = routesFor(routes, pipeline, { ...object, isDeleted });
      yield { ...object, isDeleteMarker: isDeleted, reached };
    }
  }
  const objects = hasOutcomes ? withOutcomes(scope, routes, counted()) : counted();
  if (terminal.isJson) {
    async function* items() {
      for await (const { reached, place: _, isDeleteMarker: isDeleted, ...object } of objects) {
        yield { ...object, isDeleted, consumers: reached.map(({ consumer }) => consumer.name) };
      }
    }
    await terminal.listDocument<DocumentOf<typeof lsNewestDocument>, 'objects', 'isTruncated' | 'next'>(
      { verb: 'ls newest', target: deployment, bucket, prefix, from: 'runtime' },
      'objects',
      items(),
      () => ({
        isTruncated: count > limit,
        ...(count > limit && last !== undefined && { next: last }),
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
    terminal.note(`there is nothing ${after === undefined ? '' : 'more '}under ${JSON.stringify(prefix)}`);
    return EXIT.nothingMatched;
  }
  if (count > limit) terminal.note(`there are more: see --limit, and --after ${last}`);
  return EXIT.done;
}

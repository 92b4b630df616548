import type { lsDocument } from './ls-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { NOT_COUNTED_STATUSES } from '../../shared/count-status.ts';
import { EXIT } from '../exit-code.ts';
import { listObjects } from './listing.ts';
import { keyOf } from './object-location.ts';
import { lsStatus } from './ls-status.ts';
import { pagesOf } from './pages-of.ts';
import { noteDisabled, reachColumns } from './reach-columns.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { parseWhole } from '../terminal/time.ts';

interface LsFlags extends CommonFlags {
  readonly limit?: string;
  readonly status?: string;
}

const HELP = `
On a terminal the first 1,000 are shown; elsewhere all of them, a line each with tabs between the fields, or with --json
as one document.

With --status: the objects that a consumer could not deal with, by the status of its row, each with the reason, and what to
do about it. Of a counter of rows: ${NOT_COUNTED_STATUSES.join(', ')};
or all. They come from an index, whatever the size of the table; each is looked at again in the table. The index follows the table
within a second or so, and what it does not show yet is not listed.

  sluice ls                                  everything
  sluice ls csv/2026/                        under a prefix
  sluice ls csv/ --status malformed-csv,not-csv
  sluice ls --json | jq -r '.objects[].key'`;

const SHOWN_ON_A_TERMINAL = 1_000;

export function defineLs(command: Command, session: Session): void {
  command
    .argument('[prefix]', 'of the keys; s3://BUCKET/ may be left out', '')
    .option('--limit <n>', 'list at most this many')
    .option('--status <status,...>', 'only what a consumer could not deal with, such as malformed-csv')
    .addHelpText('after', HELP);
  withTarget(command).action(async (prefix: string, flags: LsFlags) => {
    await session.run(flags, (scope) => ls(scope, prefix, flags));
  });
}

async function ls(scope: Scope, location: string, flags: LsFlags) {
  const { pipeline, terminal, signal } = scope;
  const prefix = keyOf(location, pipeline);
  const asked = flags.limit === undefined ? undefined : parseWhole(flags.limit, '--limit', 1, 1e9);
  const limit = asked ?? (terminal.isTable ? SHOWN_ON_A_TERMINAL : Infinity);
  if (flags.status !== undefined) return await lsStatus(scope, { prefix, statuses: flags.status, limit });
  const routes = await routesOf(pipeline, pipeline.consumers);
  let count = 0;
  async function* objects() {
    for await (const object of listObjects(pipeline, { prefix, limit: limit + 1 })) {
      signal.throwIfAborted();
      count++;
      if (count > limit) return;
      yield { ...object, reached: routesFor(routes, pipeline, object) };
    }
  }
  if (terminal.isJson) {
    async function* items() {
      for await (const { reached, ...object } of objects()) {
        yield { ...object, consumers: reached.map(({ consumer }) => consumer.name) };
      }
    }
    await terminal.listDocument<DocumentOf<typeof lsDocument>, 'objects', 'isTruncated'>(
      { verb: 'ls', target: pipeline.deployment, bucket: pipeline.ingestBucket, prefix },
      'objects',
      items(),
      () => ({ isTruncated: count > limit }),
    );
  } else {
    const reach = reachColumns(terminal, routes);
    for await (const page of pagesOf(objects(), SHOWN_ON_A_TERMINAL)) {
      terminal.rows(
        [
          { heading: 'key', kind: 'key' },
          { heading: 'size', kind: 'size' },
          { heading: 'modified', kind: 'time' },
          ...reach.columns,
        ],
        page.map(({ key, size, lastModified, reached }) => [
          key,
          size,
          lastModified,
          ...reach.cells(reached),
        ]),
      );
    }
    noteDisabled(terminal, routes);
  }
  if (count === 0) {
    terminal.note(`there is nothing under ${JSON.stringify(prefix)}`);
    return EXIT.nothingMatched;
  }
  if (count > limit) terminal.note('there are more: see --limit');
  return EXIT.done;
}

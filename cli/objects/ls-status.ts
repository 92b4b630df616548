import type { DocumentOf } from '../terminal/document.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Scope } from '../session.ts';
import { adviceFor } from '../fate/count-advice.ts';
import type { lsStatusDocument } from './ls-status-document.ts';
import { pagesOf } from './pages-of.ts';
import { indexedTables, rowsByStatus, statusesIn, type RowByStatus } from './rows-by-status.ts';

export interface StatusListing {
  readonly prefix: string;
  /** As it was typed: `malformed-csv,not-csv` */
  readonly statuses: string;
  readonly limit: number;
}

const SHOWN_AT_A_TIME = 1_000;

/** Lists what a consumer could not deal with, and what to do about each kind. */
export async function lsStatus(
  { pipeline, terminal, signal }: Scope,
  { prefix, statuses: asked, limit }: StatusListing,
): Promise<ExitCode> {
  const indexed = indexedTables(pipeline);
  const statuses = statusesIn(asked, indexed);
  const seen = new Set<string>();
  let count = 0;
  async function* rows(): AsyncGenerator<RowByStatus> {
    for await (const row of rowsByStatus(pipeline, indexed, { statuses, prefix, signal })) {
      count++;
      if (count > limit) return;
      seen.add(row.status);
      yield row;
    }
  }
  if (terminal.isJson) {
    await terminal.listDocument<DocumentOf<typeof lsStatusDocument>, 'objects', 'isTruncated'>(
      { verb: 'ls status', target: pipeline.deployment, bucket: pipeline.ingestBucket, prefix, statuses },
      'objects',
      rows(),
      () => ({ isTruncated: count > limit }),
    );
  } else {
    // one consumer needs no name on every line
    const isNamed = indexed.length > 1 || !terminal.isTable;
    for await (const page of pagesOf(rows(), SHOWN_AT_A_TIME)) {
      terminal.rows(
        [
          { heading: 'status', kind: 'state' },
          ...(isNamed ? [{ heading: 'consumer', kind: 'name' } as const] : []),
          { heading: 'key', kind: 'key' },
          { heading: 'error', kind: 'below' },
        ],
        page.map(({ key, consumer, status, error }) => [
          { value: status, style: 'yellow' },
          ...(isNamed ? [consumer] : []),
          key,
          error,
        ]),
      );
    }
    for (const status of seen) {
      // one line for all of a status: a quote may be why
      const advice = adviceFor(status, true);
      if (advice !== undefined) terminal.note(`${status}: ${advice}`);
    }
  }
  if (count === 0 && !signal.aborted) {
    terminal.note(
      `nothing under ${JSON.stringify(prefix)} has one of these statuses: ${statuses.join(', ')}`,
    );
    return EXIT.nothingMatched;
  }
  if (count > limit) terminal.note('there are more: see --limit');
  return EXIT.done;
}

import type { statusPrefixDocument } from './prefix-status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { TableLine } from '../terminal/cell.ts';
import { nothingMatched } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { keyOf, locationText } from '../objects/object-location.ts';
import { PrefixStatus, type BadKey, type ConsumerCounts } from './prefix-status.ts';
import type { Scope } from '../session.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { countText, plural } from '../terminal/units.ts';

export interface PrefixStatusFlags {
  readonly consumer?: readonly string[];
  readonly check?: boolean;
}

type StatusPrefix = DocumentOf<typeof statusPrefixDocument>;

/** So many are named to a person; the document names all. */
const MOST_NAMED = 100;

/**
 * Prints what became of all keys under a prefix. @returns 5 with `--check` when one is bad
 *
 * @throws CliError, exit code 3, when there is none
 */
export async function showPrefix(
  scope: Scope,
  location: string,
  flags: PrefixStatusFlags,
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const prefix = keyOf(location, pipeline);
  using progress = terminal.progress({ label: 'comparing; keys:' });
  const status = new PrefixStatus(pipeline, {
    prefix,
    consumers: pipeline.consumersNamed(flags.consumer),
    signal,
    onProgress: (keys) => progress.show(keys),
  });
  if (terminal.isJson) {
    await terminal.listDocument<StatusPrefix, 'bad', 'consumers' | 'keys' | 'queued'>(
      { verb: 'status prefix', target: pipeline.deployment, bucket: pipeline.ingestBucket, prefix },
      'bad',
      status.bad(),
      () => ({ consumers: status.consumers, keys: status.keys, queued: status.queued }),
    );
  } else {
    const named: BadKey[] = [];
    for await (const one of status.bad()) if (named.length < MOST_NAMED) named.push(one);
    showTables(scope, prefix, status, named);
  }
  if (signal.aborted) terminal.note('interrupted: nothing is known of the keys that come after');
  else if (status.keys === 0 && status.badCount === 0) {
    throw nothingMatched(
      `neither the bucket nor the tables hold anything under ${JSON.stringify(prefix)}`,
      'prefixes are written as S3 has them, case included: `sluice ls` shows what there is',
    );
  }
  return flags.check === true && status.badCount > 0 ? EXIT.unhealthy : EXIT.done;
}

function showTables(
  { terminal }: Scope,
  prefix: string,
  status: PrefixStatus,
  named: readonly BadKey[],
): void {
  terminal.rows(
    [
      { heading: 'consumer', kind: 'name' },
      { heading: 'outcome', kind: 'state' },
      { heading: 'keys', kind: 'count' },
    ],
    status.consumers.flatMap(countLines),
  );
  if (named.length > 0) {
    terminal.rows(
      [
        { heading: 'consumer', kind: 'name' },
        { heading: 'outcome', kind: 'state' },
        { heading: 'object', kind: 'key' },
      ],
      named.map(({ consumer, outcome, bucket, key }) => [
        consumer,
        { value: outcome, style: 'red' },
        locationText(bucket, key),
      ]),
    );
  }
  for (const [consumer, depth] of Object.entries(status.queued)) {
    terminal.note(
      `… not settled: the queue of ${consumer} holds about ${plural(depth, 'message')}, and AWS lets nobody look which`,
    );
  }
  if (status.consumers.some(({ byStatus }) => byStatus !== undefined)) {
    terminal.note(
      `sluice ls ${shellWord(prefix)} --status all names what was not counted, and says what to do`,
    );
  }
  const { badCount } = status;
  if (badCount > named.length) {
    terminal.note(`${countText(badCount - named.length)} more are bad; --json names all`);
  }
  if (badCount > 0) {
    terminal.note('sluice status KEY says what happened to one, and what mends it; sluice verify mends many');
  }
}

/** Statuses are some of those that are recorded, and stand right below them. */
const countLines = ({ consumer, counts, byStatus = {} }: ConsumerCounts): TableLine[] => [
  ...Object.entries(counts).map(([outcome, count]): TableLine => [consumer, outcome, count]),
  ...Object.entries(byStatus).map(([status, count]): TableLine => [
    consumer,
    { value: `of them ${status}`, style: 'yellow' },
    count,
  ]),
];

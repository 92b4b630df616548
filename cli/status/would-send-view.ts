import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { keyOf } from '../objects/object-location.ts';
import { pagesOf } from '../objects/pages-of.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseWhole } from '../terminal/time.ts';
import type { wouldSendDocument } from './would-send-document.ts';
import { wouldSend } from './would-send.ts';

type WouldSendJson = DocumentOf<typeof wouldSendDocument>;

type Sent = WouldSendJson['events'][number];

export interface WouldSendFlags {
  readonly consumer?: readonly string[];
  readonly limit?: string;
}

const SHOWN_AT_ONCE = 100;

/**
 * Prints what would have been sent to what does not run on this machine, of one key or of all. @returns 3 when there is nothing
 *
 * @throws CliError, usage, in AWS, where it is sent
 */
export async function showWouldSend(
  { pipeline, terminal, signal }: Scope,
  location: string | undefined,
  flags: WouldSendFlags,
): Promise<ExitCode> {
  const { control, ingestBucket: bucket } = pipeline;
  if (control === undefined) {
    throw usageError(
      '--would-send is of the pipeline on this machine: in AWS it was sent',
      'sluice status shows each rule’s letters, of what could not be',
    );
  }
  const limit = flags.limit === undefined ? Infinity : parseWhole(flags.limit, '--limit', 1, 1e9);
  // what a function sends need be about no object
  const search = location === undefined ? {} : { bucket, key: keyOf(location, pipeline) };
  const rules = new Map(
    pipeline.consumersNamed(flags.consumer).map(({ ruleName, name }) => [ruleName, name]),
  );
  let count = 0;
  let isTruncated = false;
  async function* sent(): AsyncGenerator<Sent> {
    for await (const one of wouldSend(control!, search)) {
      if (signal.aborted) return;
      const consumer = rules.get(one.by) ?? null;
      if (flags.consumer !== undefined && consumer === null) continue;
      if (count === limit) {
        isTruncated = true;
        return;
      }
      count++;
      yield { ...one, consumer };
    }
  }
  if (terminal.isJson) {
    await terminal.listDocument<WouldSendJson, 'events', 'isTruncated'>(
      { verb: 'status would-send', target: pipeline.deployment },
      'events',
      sent(),
      () => ({ isTruncated }),
    );
  } else {
    for await (const page of pagesOf(sent(), SHOWN_AT_ONCE)) {
      terminal.rows(
        [
          { heading: 'at', kind: 'time' },
          { heading: 'by', kind: 'name' },
          { heading: 'key', kind: 'key' },
          { heading: 'would go to', kind: 'below' },
        ],
        page.map(({ at, consumer, by, key, to }) => [at, consumer ?? by, key, to]),
      );
    }
  }
  if (isTruncated) terminal.note('there are more: see --limit');
  if (count > 0) return EXIT.done;
  terminal.note(
    'nothing would have been sent: every target of a rule or a function runs on this machine, or nothing has come',
  );
  return EXIT.nothingMatched;
}

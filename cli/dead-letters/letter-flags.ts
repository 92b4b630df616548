import { Option, type Command } from 'commander';
import type { Column, TableLine } from '../terminal/cell.ts';
import type { Letter, LetterSource } from './letter.ts';
import { grouped, isMeant, type LetterFilter, type LetterGroup } from './letter-filter.ts';
import { toCliError } from '../pipeline/asked.ts';
import { hasQueue } from '../pipeline/consumer.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { letterCount, lookAtLetters, sourcesOf, type LookOptions } from './letters.ts';
import { collect, withConsumers, type CommonFlags, type Scope } from '../session.ts';
import { parseDuration } from '../terminal/time.ts';

/** Which letters a verb is about. */
export interface LetterFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly kind?: LetterSource['kind'];
  readonly reason?: readonly string[];
  readonly olderThan?: string;
  readonly messageId?: readonly string[];
}

export function withLetters(command: Command): Command {
  return withConsumers(command)
    .addOption(
      new Option(
        '--kind <kind>',
        'queue: what a function could not process; rule: what could not be delivered',
      ).choices(['queue', 'rule']),
    )
    .option(
      '--reason <reason>',
      'malformed-event, unsupported-event, retries-exhausted, function-failed, received-too-often, expired, or a rule’s error code; may be repeated',
      collect,
    )
    .option('--older-than <time>', 'only letters first enqueued so long ago: 30m, 2h, 3d');
}

/** As withLetters, for verbs that change something: single ones can be chosen. */
export function withChosenLetters(command: Command): Command {
  return withLetters(command).option(
    '--message-id <id>',
    'only the letter with this id, as dead list gives it; may be repeated',
    collect,
  );
}

/** The letters of one queue that the flags mean. */
interface FoundLetters {
  readonly source: LetterSource;
  readonly letters: readonly Letter[];
  readonly groups: readonly LetterGroup[];
  /** The queue holds more than was looked at. */
  readonly isPart: boolean;
}

export interface Found {
  readonly filter: LetterFilter;
  readonly queues: readonly FoundLetters[];
  /** Letters that somebody else has in hand: they cannot be seen now. */
  readonly inHand: number;
  /** Ids that were asked for, and that no letter which the flags mean has. */
  readonly notFound: readonly string[];
}

/** A queue that could not be looked into, and why. */
export interface RefusedQueue {
  readonly what: string;
  readonly why: string;
}

/**
 * Looks into the dead-letter queues that the flags name.
 *
 * @param most letters of each queue
 * @param refused is told of a queue that cannot be looked into, while another can; without it that is an error
 */
export async function findLetters(
  { pipeline, signal }: Scope,
  flags: LetterFlags,
  most = Infinity,
  refused?: (queue: RefusedQueue) => void,
): Promise<Found> {
  const now = await pipeline.now();
  const { olderThan, messageId: messageIds } = flags;
  const filter: LetterFilter = {
    reasons: flags.reason ?? [],
    ...(messageIds !== undefined && { messageIds }),
    ...(olderThan !== undefined && {
      sentBefore: new Date(now.getTime() - parseDuration(olderThan, '--older-than')),
    }),
  };
  const consumers = pipeline.consumersNamed(flags.consumer);
  const sources = sourcesOf(consumers, flags.kind === undefined ? undefined : [flags.kind]);
  let inHand = 0;
  const unseen = new Set(messageIds);
  const look: LookOptions =
    messageIds === undefined
      ? { most, signal }
      : {
          signal,
          isEnough: (letters) => {
            for (const { messageId } of letters) unseen.delete(messageId);
            return unseen.size === 0;
          },
        };
  const looks = await Promise.allSettled(
    sources.map(async (source): Promise<FoundLetters> => {
      const counted = await letterCount(pipeline, source);
      inHand += counted.inHand;
      const all = counted.waiting === 0 ? [] : await lookAtLetters(pipeline, source, look);
      const letters = all.filter((letter) => isMeant(filter, letter));
      return {
        source,
        letters,
        groups: grouped(letters, counted.retentionMs, hasQueue(source.consumer)),
        isPart: messageIds === undefined && all.length < counted.waiting && all.length >= most,
      };
    }),
  );
  const queues = looks.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  for (const [index, one] of looks.entries()) {
    if (one.status === 'fulfilled') continue;
    if (refused === undefined || queues.length === 0) throw one.reason;
    const why = toCliError(one.reason, pipeline.deployment).message;
    refused({ what: `queue ${queueName(sources[index]!.queueUrl)}`, why });
  }
  const found = new Set(queues.flatMap(({ letters }) => letters.map(({ messageId }) => messageId)));
  const notFound = [...new Set(messageIds)].filter((id) => !found.has(id));
  return { filter, queues, inHand, notFound };
}

/** What became of a letter that was asked for and is not there, as far as one can tell. */
export const notFoundText = (id: string): string =>
  `there is no dead letter ${id} that matches: it was redriven, purged or dropped, or another command has it in hand`;

export const GROUP_COLUMNS: readonly Column[] = [
  { heading: 'consumer', kind: 'name' },
  { heading: 'dead letters of', kind: 'state' },
  { heading: 'reason', kind: 'name' },
  { heading: 'letters', kind: 'count' },
  { heading: 'oldest', kind: 'time' },
  { heading: 'dropped in', kind: 'duration' },
  { heading: 'last error', kind: 'below' },
];

export function groupLines(groups: readonly LetterGroup[], now: Date): readonly TableLine[] {
  return groups.map(({ consumer, kind, reason, count, oldest, expires, lastError = '' }) => [
    consumer,
    kind === 'queue' ? 'its queue' : 'its rule',
    { value: reason, style: 'yellow' },
    count,
    oldest,
    Math.max(0, Date.parse(expires) - now.getTime()),
    lastError,
  ]);
}

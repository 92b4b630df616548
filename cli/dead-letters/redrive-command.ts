import type { redriveDocument } from './redrive-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { brokenOff } from './broken-off.ts';
import { CliError, nothingMatched } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { isRedrivable, redrive, type Redriven } from './redrive.ts';
import { replayInstead } from './replay-instead.ts';
import { hasQueue } from '../pipeline/consumer.ts';
import { withChange, withTarget, type Scope, type Session } from '../session.ts';
import { parseWhole } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';
import {
  findLetters,
  GROUP_COLUMNS,
  groupLines,
  notFoundText,
  withChosenLetters,
  type Found,
  type LetterFlags,
} from './letter-flags.ts';

interface RedriveFlags extends LetterFlags {
  readonly limit?: string;
  readonly dryRun?: boolean;
}

const HELP = `
Mend the cause first: a letter whose cause is still there comes back with a new reason. Letters are sent to the
consumer's queue, ten at a time, and deleted when they are sent; broken off at any moment, nothing is lost, and at most
ten letters are sent a second time, which changes no row. What a rule could not send to another bus or a state machine has no
queue to go back to: the replay that delivers it is shown.

  sluice redrive --dry-run                                what waits, by consumer and reason
  sluice redrive --consumer CONSUMER --reason retries-exhausted
  sluice redrive --kind rule --yes                        what EventBridge could not deliver
  sluice redrive --message-id ID --message-id ID          just these; one that is not there is said, exit code 4
  sluice redrive --limit 10                               a few first, then look at sluice status`;

/** So many of each queue are looked at before it asks; a dry run looks at all of them. */
const LOOKED_AT = 1_000;

export function defineRedrive(command: Command, session: Session): void {
  command.option('--limit <n>', 'at most this many letters').addHelpText('after', HELP);
  withTarget(withChange(withChosenLetters(command))).action(async (flags: RedriveFlags) => {
    await session.run(flags, (scope) => redriveLetters(scope, flags));
  });
}

/** Letters that have no queue to go back to, by consumer, and what to do with them instead. */
function stayingLetters(queues: Found['queues']) {
  return queues.flatMap(({ source: { consumer }, letters }) =>
    hasQueue(consumer) || letters.length === 0 ? [] : [{ letters, ...replayInstead(consumer, letters) }],
  );
}

async function redriveLetters(scope: Scope, flags: RedriveFlags) {
  const { pipeline, terminal, signal } = scope;
  const limit = flags.limit === undefined ? Infinity : parseWhole(flags.limit, '--limit', 1, 1e9);
  const isDryRun = flags.dryRun === true;
  const { filter, queues, inHand, notFound } = await findLetters(
    scope,
    flags,
    isDryRun ? Infinity : LOOKED_AT,
  );
  const groups = queues.flatMap((queue) => queue.groups);
  const redrivable = queues.flatMap(({ source, ...found }) =>
    isRedrivable(source) ? [{ source, ...found }] : [],
  );
  const staying = stayingLetters(queues);
  const found = redrivable.reduce((sum, { letters }) => sum + letters.length, 0);
  const isPart = redrivable.some((queue) => queue.isPart);
  if (inHand > 0) {
    terminal.note(
      `${plural(inHand, 'letter')} in the hand of another command, or of one that was broken off: back within a minute`,
    );
  }
  if (found === 0 && !isPart) {
    if (staying.length > 0) {
      throw new CliError(staying.map(({ what }) => what).join('; '), {
        nextStep: staying.map(({ nextStep }) => nextStep).join('\n    '),
      });
    }
    throw nothingMatched(
      notFound.length > 0 ? notFound.map(notFoundText).join('; ') : 'no dead letter matches',
      'sluice status shows every queue',
    );
  }
  if (!terminal.isJson) terminal.rows(GROUP_COLUMNS, groupLines(groups, await pipeline.now()));
  if (isPart) terminal.note(`these are the first ${LOOKED_AT} of a queue that holds more`);
  const redriven: Redriven[] = [];
  if (!isDryRun) {
    const number = plural(Math.min(limit, found), 'letter');
    await terminal.confirm(`redrive ${isPart ? `all that match (${number} and more)` : number}?`);
    using progress = terminal.progress({
      label: 'redriving',
      ...(!isPart && { total: Math.min(limit, found) }),
    });
    let before = 0;
    for (const { source, letters, isPart: isOneOfMany } of redrivable) {
      if (signal.aborted || before >= limit || (letters.length === 0 && !isOneOfMany)) continue;
      const result = await redrive(pipeline, source, {
        filter,
        // of those that were named nothing is left to look for once all are sent
        limit: Math.min(limit - before, filter.messageIds === undefined ? Infinity : letters.length),
        signal,
        onMoved: (moved) => progress.show(before + moved),
      });
      redriven.push(result);
      before += result.moved;
      if (result.brokenOff !== undefined) break;
    }
  }
  const moved = redriven.reduce((sum, one) => sum + one.moved, 0);
  const notDeleted = redriven.reduce((sum, one) => sum + one.notDeleted, 0);
  const failures = [
    ...redriven.flatMap((one) => one.failures),
    ...staying.flatMap(({ letters, what, nextStep }) =>
      letters.map(({ messageId }) => ({ messageId, error: `${what}; ${nextStep}` })),
    ),
  ];
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof redriveDocument>>({
      verb: 'redrive',
      target: pipeline.deployment,
      dryRun: isDryRun,
      groups,
      matched: Math.min(limit, found),
      moved,
      notDeleted,
      notFound,
      failures,
    });
  }
  for (const { messageId, error } of redriven.flatMap((one) => one.failures)) {
    terminal.note(`${messageId}: ${error}`);
  }
  for (const id of notFound) terminal.note(notFoundText(id));
  for (const { what, nextStep } of staying) terminal.note(`${what}\n  → ${nextStep}`);
  if (isDryRun) {
    terminal.note(`would redrive ${plural(Math.min(limit, found), 'letter')}`);
    return notFound.length === 0 ? EXIT.done : EXIT.partlyDone;
  }
  terminal.note(`redriven ${plural(moved, 'letter')}; sluice status shows what becomes of them`);
  if (notDeleted > 0) {
    terminal.note(
      `${plural(notDeleted, 'letter')} could not be deleted after sending, and will be there again`,
    );
  }
  const error = redriven.at(-1)?.brokenOff;
  if (error !== undefined) {
    throw brokenOff(error, pipeline, {
      done: moved,
      nextStep: 'the others are dead letters still, those in hand within a minute: redrive again',
    });
  }
  if (failures.length === 0 && notDeleted === 0 && notFound.length === 0) return EXIT.done;
  return moved > 0 ? EXIT.partlyDone : EXIT.failed;
}

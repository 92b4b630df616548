import { brokenOff } from './broken-off.ts';
import type { deadPurgeDocument } from './dead-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { nothingMatched } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findLetters, GROUP_COLUMNS, groupLines, notFoundText, type LetterFlags } from './letter-flags.ts';
import { purge } from './purge.ts';
import type { Scope } from '../session.ts';
import { parseWhole } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';

export interface PurgeFlags extends LetterFlags {
  readonly count?: string;
  readonly dryRun?: boolean;
}

/** Deletes the letters that the flags mean, once their number is confirmed. */
export async function purgeLetters(scope: Scope, flags: PurgeFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const given = flags.count === undefined ? undefined : parseWhole(flags.count, '--count', 0, 1e9);
  const { queues, inHand, notFound } = await findLetters(scope, flags);
  if (inHand > 0) terminal.note(`${plural(inHand, 'letter')} in the hand of another command will stay`);
  const groups = queues.flatMap((queue) => queue.groups);
  const count = queues.reduce((sum, { letters }) => sum + letters.length, 0);
  if (count === 0) {
    throw nothingMatched(
      notFound.length > 0 ? notFound.map(notFoundText).join('; ') : 'no dead letter matches',
      'sluice dead list shows them all',
    );
  }
  if (!terminal.isJson) terminal.rows(GROUP_COLUMNS, groupLines(groups, await pipeline.now()));
  const isDryRun = flags.dryRun === true;
  if (!isDryRun) await terminal.confirmCount(`delete ${plural(count, 'letter')} for good?`, count, given);
  let purged = 0;
  let error: Error | undefined;
  for (const { source, letters } of queues) {
    if (letters.length === 0 || signal.aborted || isDryRun) continue;
    const result = await purge(pipeline, source, new Set(letters.map(({ messageId }) => messageId)), signal);
    purged += result.deleted;
    error = result.brokenOff;
    if (error !== undefined) break;
  }
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof deadPurgeDocument>>({
      verb: 'dead purge',
      target: pipeline.deployment,
      dryRun: isDryRun,
      groups,
      matched: count,
      purged,
      notFound,
    });
  }
  for (const id of notFound) terminal.note(notFoundText(id));
  terminal.note(isDryRun ? `would purge ${plural(count, 'letter')}` : `purged ${plural(purged, 'letter')}`);
  if (error !== undefined) {
    throw brokenOff(error, pipeline, {
      done: purged,
      nextStep: 'the others are dead letters still, those in hand within a minute: purge again',
    });
  }
  return (isDryRun || purged === count) && notFound.length === 0 ? EXIT.done : EXIT.partlyDone;
}

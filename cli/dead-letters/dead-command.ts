import type { Command } from 'commander';
import { terminalText } from '../../shared/terminal-text.ts';
import type { deadListDocument } from './dead-documents.ts';
import { purgeLetters, type PurgeFlags } from './dead-purge.ts';
import { showLetter } from './dead-show.ts';
import { EXIT } from '../exit-code.ts';
import { letterSummary, newestFirst, type Letter } from './letter.ts';
import {
  findLetters,
  GROUP_COLUMNS,
  groupLines,
  withChosenLetters,
  withLetters,
  type LetterFlags,
  type RefusedQueue,
} from './letter-flags.ts';
import { withTarget, type Scope, type Session } from '../session.ts';
import type { Column, TableLine } from '../terminal/cell.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { plural } from '../terminal/units.ts';

const HELP = `
  sluice dead list
  sluice dead show 059f36b4
  sluice dead purge --reason malformed-event

To process them again: sluice redrive`;

const LIST_HELP = `
  sluice dead list                          by consumer, queue and reason; and the newest of them
  sluice dead list --json | jq -r '.letters[] | [.messageId, .keys[0], .errorMessage] | @tsv'

Exit code: 3 when there is none, 4 when some queue could not be looked into.`;

const SHOWN_ON_A_TERMINAL = 20;

const LETTER_COLUMNS: readonly Column[] = [
  { heading: 'message id', kind: 'id' },
  { heading: 'consumer', kind: 'name' },
  { heading: 'dead letter of', kind: 'state' },
  { heading: 'reason', kind: 'name' },
  { heading: 'sent', kind: 'time' },
  { heading: 'key', kind: 'key' },
  { heading: 'error', kind: 'below' },
];

const SHOW_HELP = `
The beginning of a message id is enough; without one it is the newest letter that the flags mean. The letter stays where
it is.

  sluice dead show 059f36b4
  sluice dead show --consumer CONSUMER`;

const PURGE_HELP = `
For letters that nobody will ever want: what is purged can only come back by a replay, as long as the archive keeps its
event. The number of letters must be typed, or given by --count. Letters that arrive meanwhile stay.

  sluice dead purge --consumer CONSUMER --reason malformed-event
  sluice dead purge --reason malformed-event --count 37
  sluice dead purge --message-id ID --message-id ID    just these; one that is not there is said, exit code 4`;

export function defineDead(command: Command, session: Session): void {
  command.addHelpText('after', HELP);
  const list = command
    .command('list')
    .description('every dead letter, grouped')
    .addHelpText('after', LIST_HELP);
  withTarget(withLetters(list)).action(async (flags: LetterFlags) => {
    await session.run(flags, (scope) => listLetters(scope, flags));
  });
  const show = command
    .command('show')
    .description('one letter whole')
    .argument('[message-id]', 'as dead list gives it, or its beginning; otherwise the newest')
    .addHelpText('after', SHOW_HELP);
  withTarget(withLetters(show)).action(async (id: string | undefined, flags: LetterFlags) => {
    await session.run(flags, (scope) => showLetter(scope, id, flags));
  });
  const throwAway = command
    .command('purge')
    .description('delete dead letters for good')
    .option('--count <n>', 'how many there are, instead of typing it')
    .option('--dry-run', 'show them, and delete none')
    .addHelpText('after', PURGE_HELP);
  withTarget(withChosenLetters(throwAway)).action(async (flags: PurgeFlags) => {
    await session.run(flags, (scope) => purgeLetters(scope, flags));
  });
}

async function listLetters(scope: Scope, flags: LetterFlags) {
  const { pipeline, terminal } = scope;
  const unavailable: RefusedQueue[] = [];
  const { queues, inHand } = await findLetters(scope, flags, Infinity, (queue) => unavailable.push(queue));
  const groups = queues.flatMap((queue) => queue.groups);
  const letters = queues.flatMap((queue) => queue.letters);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof deadListDocument>>({
      verb: 'dead list',
      target: pipeline.deployment,
      inHand,
      groups,
      letters: letters.map(letterSummary),
      unavailable,
    });
  } else {
    if (terminal.isTable && groups.length > 0) {
      terminal.rows(GROUP_COLUMNS, groupLines(groups, await pipeline.now()));
      terminal.line('');
    }
    const shown = newestFirst(letters).slice(0, terminal.isTable ? SHOWN_ON_A_TERMINAL : undefined);
    terminal.rows(LETTER_COLUMNS, shown.map(letterLine));
    if (shown.length < letters.length) {
      terminal.note(
        `and ${plural(letters.length - shown.length, 'older letter')}: into a pipe, or with --json, all are listed`,
      );
    }
  }
  if (inHand > 0) {
    terminal.note(`${plural(inHand, 'letter')} cannot be seen now: another command has them in hand`);
  }
  for (const { what, why } of unavailable) {
    terminal.note(`✖ ${terminalText(what)} could not be looked into: ${terminalText(why)}`);
  }
  if (unavailable.length > 0) return EXIT.partlyDone;
  if (letters.length > 0) return EXIT.done;
  terminal.note('no dead letter matches');
  return EXIT.nothingMatched;
}

function letterLine({ messageId, consumer, kind, reason, sentAt, errorMessage, events }: Letter): TableLine {
  const keys = events.map(({ key }) => key);
  return [
    messageId,
    consumer,
    kind === 'queue' ? 'its queue' : 'its rule',
    { value: reason, style: 'yellow' },
    sentAt,
    keys.length > 1 ? `${keys[0]} (and ${keys.length - 1} more)` : keys[0],
    errorMessage,
  ];
}

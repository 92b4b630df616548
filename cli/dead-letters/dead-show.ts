import type { deadShowDocument } from './dead-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { nothingMatched, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { letterSummary, newestFirst, type Letter } from './letter.ts';
import { findLetters, type LetterFlags } from './letter-flags.ts';
import type { Scope } from '../session.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { plural } from '../terminal/units.ts';

/** Prints one letter whole: the newest of those that the flags mean, or the one whose id begins so. */
export async function showLetter(
  scope: Scope,
  id: string | undefined,
  flags: LetterFlags,
): Promise<ExitCode> {
  const { pipeline, terminal } = scope;
  const { queues } = await findLetters(scope, flags);
  const letters = newestFirst(queues.flatMap((queue) => queue.letters)).filter(
    ({ messageId }) => id === undefined || messageId.startsWith(id),
  );
  const [letter] = letters;
  if (letter === undefined) {
    throw nothingMatched(
      id === undefined ? 'no dead letter matches' : `no dead letter’s id begins with ${JSON.stringify(id)}`,
      'sluice dead list names them',
    );
  }
  if (id !== undefined && letters.length > 1) {
    throw usageError(`${plural(letters.length, 'letter')} begin with ${id}`, 'write more of the id');
  }
  const whole = { ...letterSummary(letter), attributes: attributesOf(letter), body: letter.body };
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof deadShowDocument>>({
      verb: 'dead show',
      target: pipeline.deployment,
      letter: whole,
    });
    return EXIT.done;
  }
  const { attributes, body, ...facts } = whole;
  // Reason, ErrorName and ErrorMessage, or what EventBridge calls them, are among the facts
  const said = new Set<unknown>(Object.values(facts));
  const others = Object.entries(attributes).filter(([, value]) => !said.has(value));
  for (const [name, value] of [...Object.entries(facts), ...others]) {
    terminal.line(`${name.padEnd(26)}${terminalText(Array.isArray(value) ? value.join(' ') : value)}`);
  }
  terminal.line(indented(body));
  return EXIT.done;
}

const attributesOf = ({ attributes }: Letter): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue }]) => [
      name,
      StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64'),
    ]),
  );

/** Indented when it is JSON; as it is when it is not, line by line, without what could move the cursor. */
function indented(body: string): string {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // a letter may hold anything
  }
  return text.split('\n').map(terminalText).join('\n');
}

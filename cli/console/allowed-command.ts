import { CONSOLE_VERBS, type ConsoleVerb } from './console-verbs.ts';
import { Refusal } from './refusal.ts';

/** A command line of the page that is allowed. */
export interface AllowedCommand {
  /** `['redrive', '--consumer=x', '--yes', '--json']`: without the target, and without the words. */
  readonly args: readonly string[];
  /** What goes behind `--`. */
  readonly words: readonly string[];
  readonly takesLetters: boolean;
}

/**
 * The command line that the page asks for, once every part of it is known to be allowed.
 *
 * @param args `['redrive', '--consumer', 'x', '--dry-run']`, words behind `--`
 * @param readOnly whether what changes something is refused
 * @throws Refusal that names the part
 */
export function allowedCommand(args: readonly string[], readOnly: boolean): AllowedCommand {
  const [verb, rest] = verbOf(args);
  const allowed = CONSOLE_VERBS[verb]!;
  const end = rest.indexOf('--');
  const words = end === -1 ? [] : rest.slice(end + 1);
  const { flags, names } = flagsIn(verb, allowed, end === -1 ? rest : rest.slice(0, end));
  checkWords(verb, allowed, words);
  const isChange = allowed.changes?.(names) === true;
  if (isChange && readOnly) {
    throw new Refusal(
      'read-only',
      `${verb} changes something, and this console only looks`,
      'start it without --read-only',
    );
  }
  return {
    args: [...verb.split(' '), ...flags, '--json', ...(isChange && allowed.asks === true ? ['--yes'] : [])],
    words,
    takesLetters: allowed.takesLetters?.(names, words) === true,
  };
}

/** The longest verb that the line begins with, and what follows it. */
function verbOf(args: readonly string[]): [verb: string, rest: readonly string[]] {
  for (const length of [2, 1]) {
    const verb = args.slice(0, length).join(' ');
    if (args.length >= length && Object.hasOwn(CONSOLE_VERBS, verb)) return [verb, args.slice(length)];
  }
  throw new Refusal(
    'not-allowed',
    `the console runs no ${JSON.stringify(args[0] ?? '')}`,
    `one of ${Object.keys(CONSOLE_VERBS).join(', ')}`,
  );
}

/** Each flag as one argument, so that no value can pass for a flag: `--consumer=x`. */
function flagsIn(
  verb: string,
  { flags }: ConsoleVerb,
  given: readonly string[],
): { readonly flags: readonly string[]; readonly names: ReadonlySet<string> } {
  const [taken, names] = [[] as string[], new Set<string>()];
  for (let at = 0; at < given.length; at++) {
    const [, flag = '', , inline] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(given[at]!) ?? [];
    const check = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    if (check === undefined) {
      throw new Refusal(
        'not-allowed',
        `the console does not say ${JSON.stringify(given[at])} to ${verb}`,
        flag === '' ? 'write words behind --' : undefined,
      );
    }
    names.add(flag);
    if (check === 'switch') {
      if (inline !== undefined) throw new Refusal('not-allowed', `--${flag} takes no value`);
      taken.push(`--${flag}`);
      continue;
    }
    if (inline === undefined) at++;
    const value = inline ?? given[at];
    if (value === undefined || !check(value)) {
      throw new Refusal(
        'not-allowed',
        `--${flag} of ${verb} cannot be ${JSON.stringify(value ?? null)} here`,
      );
    }
    taken.push(`--${flag}=${value}`);
  }
  return { flags: taken, names };
}

function checkWords(verb: string, { words }: ConsoleVerb, given: readonly string[]): void {
  const wrong = given.find((word, index) => words === undefined || index >= words.most || !words.check(word));
  if (wrong === undefined) return;
  throw new Refusal('not-allowed', `${verb} cannot be about ${JSON.stringify(wrong)} here`);
}

import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { systemTrouble } from '../shared/system-error.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Session, type Connect } from './session.ts';
import type { Streams } from './terminal/terminal.ts';
import { VERBS, type Verb } from './verbs.ts';
import { version } from './version.ts';
import { terminalJson, terminalText } from '../shared/terminal-text.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong command line, 3 nothing matched, 4 partly done, 5 unhealthy, 6 not reachable,
7 no credentials, 130 interrupted.`;

/** What a program that runs verbs within itself does otherwise. */
export interface InsideOptions {
  /** @default each verb connects anew */
  readonly connect?: Connect;
  /** Takes what the verb failed with, in place of a text on stderr. */
  readonly onFailure?: (failure: Failure) => void;
}

/** What a verb failed with, in an operator's words. */
export interface Failure {
  readonly message: string;
  /** What can be done now. */
  readonly nextStep?: string;
  /** Where the mistake is the program's own: its stack. */
  readonly stack?: string;
}

/**
 * Runs one command line. Data goes to stdout; progress, plans and errors go to stderr.
 *
 * @param args without the program's name: `['ls', 'csv/', '--json']`
 * @param signal aborts when the operator has had enough
 */
export async function sluice(
  args: readonly string[],
  streams: Streams,
  signal: AbortSignal = new AbortController().signal,
  { connect, onFailure }: InsideOptions = {},
): Promise<ExitCode> {
  const session = new Session(streams, signal, connect);
  const program = new Command('sluice')
    .description('Operates a Sluice pipeline: the one on this machine, or one in AWS.')
    .version(version(), '-V, --version')
    .option('-v, --verbose', 'show the stack of an error')
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .showHelpAfterError('(sluice --help lists the verbs, sluice VERB --help explains one)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
      outputError: (text, write) =>
        onFailure === undefined ? write(parserText(text, args)) : onFailure(parserFailure(text, args)),
    });
  try {
    for (const verb of VERBS) await addVerb(program, session, verb, args);
    await program.parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (signal.aborted) {
      streams.stderr.write('interrupted\n');
      return EXIT.interrupted;
    }
    const known = explainSystemError(error);
    const verbose = program.opts<{ verbose?: boolean }>().verbose === true;
    if (onFailure === undefined) report(known, streams, verbose);
    else onFailure(failureOf(known));
    return known instanceof CliError ? known.exitCode : EXIT.failed;
  }
}

/**
 * Makes a verb known to the parser. One that the command line does not name cannot be called: of it only the line of the
 * help is needed, and the modules behind it, with the SDK's clients, are not loaded.
 */
async function addVerb(
  program: Command,
  session: Session,
  { usage, summary, load }: Verb,
  args: readonly string[],
): Promise<void> {
  const name = usage.replace(/ .*/, '');
  if (!args.includes(name)) {
    // in the help it shows as a command that has flags: [options] reads like one more argument
    program.command(usage).description(summary);
    return;
  }
  const define = await load();
  define(program.command(name).description(summary), session);
}

/** The parser's own words, in which it repeats the operator's: those are shown escaped, a line break in them too. */
function parserText(text: string, args: readonly string[]): string {
  const words = args.flatMap((arg) => [arg, arg.slice(arg.indexOf('=') + 1)]);
  const hiding = words.filter((word) => word !== '' && terminalJson(word) !== word);
  const shown = hiding.reduce((all, word) => all.replaceAll(word, terminalText(word)), text);
  return linesText(shown);
}

/** A text of several lines. */
const linesText = (text: string): string => text.split('\n').map(terminalJson).join('\n');

/** An error of the operating system as a CliError that says what to do; any other error stays as it is. */
function explainSystemError(error: unknown): unknown {
  const trouble = error instanceof CliError ? undefined : systemTrouble(error);
  if (trouble === undefined) return error;
  return new CliError(trouble.what, { nextStep: trouble.nextStep, cause: error });
}

function failureOf(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof CliError)) return { message, stack: stack ?? message };
  return { message, ...(error.nextStep !== undefined && { nextStep: error.nextStep }) };
}

/** The parser's `error: unknown option '--jsn'`, and below it what was meant. */
function parserFailure(text: string, args: readonly string[]): Failure {
  const [message = '', ...below] = parserText(text, args)
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  return { message, ...(below.length > 0 && { nextStep: below.join(' ') }) };
}

function report(error: unknown, { stderr }: Streams, verbose: boolean): void {
  const { message, nextStep, stack } = failureOf(error);
  stderr.write(`${styleText('red', 'sluice:', { stream: stderr })} ${linesText(message)}\n`);
  if (nextStep !== undefined) stderr.write(`  → ${linesText(nextStep)}\n`);
  if (stack !== undefined) stderr.write(`${linesText(stack)}\n`);
  else if (verbose) stderr.write(`${linesText((error as Error).stack ?? '')}\n`);
}

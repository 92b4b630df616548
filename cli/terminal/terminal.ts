import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { Progress, type ProgressMade, type ProgressOptions } from './progress.ts';
import { fieldText, type Column, type TableLine } from './cell.ts';
import type { AnyDocument } from './document.ts';
import { table } from './table.ts';
import { terminalJson } from '../../shared/terminal-text.ts';

/** The process's own streams, or a test's. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Takes how far long work has come, where no terminal shows it. */
  readonly onProgress?: ((progress: ProgressMade) => void) | undefined;
}

export interface TerminalOptions extends Streams {
  /** Print one JSON document on stdout, and nothing else there. */
  readonly json: boolean;
  /** Ask nothing. */
  readonly yes: boolean;
  readonly signal: AbortSignal;
}

const SCHEMA_VERSION: AnyDocument['schemaVersion'] = 1;

interface AnyListDocument extends AnyDocument {
  readonly isComplete: boolean;
}

/** The names of a document's lists. */
type ListOf<Document> = {
  [Name in keyof Document & string]: Document[Name] extends readonly unknown[] ? Name : never;
}[keyof Document & string];

type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;

/** A document may be looked at on a terminal too. */
const jsonText = (value: unknown): string => terminalJson(JSON.stringify(value));

/** Where a verb prints: data to stdout, everything else to stderr. */
export class Terminal {
  readonly isJson: boolean;
  readonly #options: TerminalOptions;
  #progress: Progress | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.isJson = options.json;
  }

  /** Whether rows are a table for a person, not fields for another program. */
  get isTable(): boolean {
    return this.#options.stdout.isTTY && !this.isJson;
  }

  /** Data; what comes from outside has gone through `terminalText`. */
  line(text: string): void {
    this.#progress?.clear();
    this.#options.stdout.write(`${text}\n`);
  }

  /** Whatever is not data: the target, a plan, what is going on. */
  note(text: string): void {
    this.#progress?.clear();
    this.#options.stderr.write(`${terminalJson(text)}\n`);
  }

  /** A table on a terminal; elsewhere a line per row with tabs between the cells, for other programs. */
  rows(columns: readonly Column[], rows: readonly TableLine[]): void {
    const { stdout } = this.#options;
    if (!stdout.isTTY) for (const row of rows) this.line(row.map(fieldText).join('\t'));
    else if (rows.length > 0) this.line(table(columns, rows, { width: stdout.columns || 80 }));
  }

  /** The one document of `--json`: `terminal.document<DocumentOf<typeof rmDocument>>({ verb: 'rm', … })`. */
  document<Document extends AnyDocument>(document: Omit<Document, 'schemaVersion'>): void {
    this.line(jsonText({ schemaVersion: SCHEMA_VERSION, ...document }));
  }

  /**
   * As `document`, with a list that is written while it comes, so that its length costs no memory. `isComplete` is false
   * when it was interrupted or broke off: what would have followed was not looked at.
   *
   * @param tail what stands behind the list, and is known only then
   */
  async listDocument<
    Document extends AnyListDocument,
    List extends ListOf<Document>,
    Tail extends keyof Document,
  >(
    head: Omit<Document, 'schemaVersion' | 'isComplete' | List | Tail>,
    name: List,
    items: AsyncIterable<ItemOf<Document[List]>>,
    tail: () => Pick<Document, Tail>,
  ): Promise<void> {
    const { stdout, signal } = this.#options;
    stdout.write(`${jsonText({ schemaVersion: SCHEMA_VERSION, ...head }).slice(0, -1)},${jsonText(name)}:[`);
    let first = true;
    let isComplete = false;
    try {
      for await (const item of items) {
        const isTaken = stdout.write(`${first ? '' : ','}\n${jsonText(item)}`);
        first = false;
        if (!isTaken) await new Promise((resolve) => stdout.once('drain', resolve));
      }
      isComplete = !signal.aborted;
    } finally {
      this.line(`],${jsonText({ ...tail(), isComplete }).slice(1)}`);
    }
  }

  /** Makes room for what is shown again, where there is a screen. */
  clear(): void {
    const { stdout } = this.#options;
    if (stdout.isTTY && !this.isJson) stdout.write('\u001b[2J\u001b[H');
  }

  /** One at a time; whatever is printed meanwhile takes its line. */
  progress(options: ProgressOptions): Progress {
    const { stderr, onProgress } = this.#options;
    this.#progress = new Progress(stderr, { ...options, onProgress });
    return this.#progress;
  }

  /** @throws CliError when the answer is no; a usage error when there is nobody to ask */
  async confirm(question: string): Promise<void> {
    if (this.#options.yes) return;
    const answer = await this.ask(`${question} [y/N] `, 'add --yes when you mean it, or --dry-run to look');
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new CliError('nothing was changed', { exitCode: EXIT.failed });
    }
  }

  /** For what cannot be undone: the number must be typed, or given by `--count`. */
  async confirmCount(question: string, count: number, given: number | undefined): Promise<void> {
    const answer =
      given ??
      Number(await this.ask(`${question} Type ${count} to go on: `, `add --count ${count} when you mean it`));
    if (answer !== count) {
      throw new CliError(`nothing was changed: ${answer} is not the number of them, which is ${count}`, {
        exitCode: given === undefined ? EXIT.failed : EXIT.usage,
      });
    }
  }

  /** Whether somebody may be asked for what the flags leave open. */
  get canAsk(): boolean {
    const { stdin, stderr, yes } = this.#options;
    return stdin.isTTY && stderr.isTTY && !yes;
  }

  /**
   * What somebody types, without the line's end.
   *
   * @throws CliError, a usage error that says `otherwise`, when there is nobody to ask
   */
  async ask(question: string, otherwise: string): Promise<string> {
    const { stdin, stderr, signal } = this.#options;
    if (!stdin.isTTY || !stderr.isTTY) throw usageError('there is no terminal to ask on', otherwise);
    this.#progress?.clear();
    const reader = createInterface({ input: stdin, output: stderr });
    try {
      return await reader.question(styleText('bold', terminalJson(question), { stream: stderr }), { signal });
    } finally {
      reader.close();
    }
  }
}

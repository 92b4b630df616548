import { styleText } from 'node:util';
import { outcomeIn, type LoggedLine, type LoggedOutcome } from '../../shared/log-fields.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { timeText } from '../terminal/time.ts';
import { bytesText, countText, durationText } from '../terminal/units.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { TriedMessage } from '../../local/lambda/attempts.ts';

/** What the lines of a function's log say of one message, as the batch edge and the consumers write them. */
export interface Facts {
  readonly outcome?: LoggedOutcome;
  readonly rows?: number;
  /** What is odd about what was counted. */
  readonly warnings?: readonly string[];
  /** Why there is no result: `malformed-csv`, and in words. */
  readonly status?: string;
  readonly reason?: string;
  readonly error?: string;
}

export interface Tried {
  readonly consumer: string;
  readonly message: TriedMessage;
  readonly facts: Facts;
}

export interface Counted {
  readonly tried: number;
  readonly failed: number;
}

/** @returns the message that a line is about, and what it says; nothing for any other line */
export function factsIn(line: string): [messageId: string, facts: Facts] | undefined {
  if (!line.startsWith('{') || !line.includes('"message_id"')) return undefined;
  let parsed: LoggedLine;
  try {
    parsed = JSON.parse(line) as typeof parsed;
  } catch {
    return undefined;
  }
  const { message_id: messageId, rows, warnings, status, reason, error } = parsed;
  const outcome = outcomeIn(parsed);
  if (typeof messageId !== 'string') return undefined;
  return [
    messageId,
    {
      ...(outcome !== undefined && { outcome }),
      ...(typeof rows === 'number' && { rows }),
      ...(areTexts(warnings) && warnings.length > 0 && { warnings }),
      ...(typeof status === 'string' && { status }),
      ...(typeof reason === 'string' && { reason }),
      // a function may log that there was none
      ...(error !== undefined && error !== null && { error: errorText(error) }),
    },
  ];
}

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function errorText(error: unknown): string {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return typeof message === 'string' ? [name, message].filter(Boolean).join(': ') : JSON.stringify(error);
}

/**
 * An object and what its consumers made of it, on a line; what went wrong is at the end, since it takes many words:
 *
 *     12:14:46  csv/orders.csv  9.1 MB   ✔ metadata  ✔ 120,001 rows  ✔ ledger   412 ms
 *     12:14:46  csv/old.csv  1.2 MB   ✔ metadata  ✔ 80 rows (ragged-rows)  ✔ ledger   40 ms
 *     12:14:47  csv/returns.csv  205 B   ✔ metadata  ✔ ledger   38 ms   ✖ malformed-csv: the quote in row 3 never closes
 *
 * @param event undefined when the message cannot be read
 * @param missing consumers that have not answered yet
 */
export function objectLine(
  event: ObjectEvent | undefined,
  outcomes: readonly Tried[],
  missing: readonly string[],
): string {
  const ended = Math.max(...outcomes.map(({ message }) => message.startedAtMs + message.durationMs));
  const sent = Math.min(...outcomes.map(({ message }) => message.sentAtMs ?? message.startedAtMs));
  const at = new Date(ended);
  return [
    `${styleText('dim', timeText(at.toISOString(), new Date()))}  ${subject(event)} `,
    ...outcomes.filter((tried) => !isBad(tried)).map(outcomeText),
    ...missing.map((consumer) => styleText('yellow', `… ${consumer}`)),
    ` ${styleText('dim', durationText(Math.max(0, ended - sent)))}`,
    ...outcomes.filter(isBad).map((tried) => ` ${outcomeText(tried)}`),
  ].join('  ');
}

function subject(event: ObjectEvent | undefined): string {
  if (event === undefined) return 'a message that is no event of an object';
  const { key, size, detailType } = event;
  const change =
    detailType === 'Object Deleted' ? 'deleted' : size === undefined ? detailType : bytesText(size);
  const again =
    event.origin === 'backfill'
      ? ['backfill']
      : event.replayName === undefined
        ? []
        : [`replay ${event.replayName}`];
  return [styleText('bold', terminalText(key)), change, ...again].join('  ');
}

/** Whether somebody should look at it. */
export const isBad = ({ message, facts }: Tried): boolean =>
  message.outcome !== 'succeeded' || facts.outcome === 'dead-lettered' || facts.status !== undefined;

const text = (...parts: readonly (string | undefined)[]): string =>
  terminalText(parts.filter((part) => part !== undefined && part !== '').join(': '));

function outcomeText(tried: Tried): string {
  const { consumer, message, facts } = tried;
  // `thumbs` of `thumbs-maker`: its first word is enough beside the others
  const [short = consumer] = consumer.split('-');
  if (message.outcome !== 'succeeded') {
    const error = message.error ?? facts.error;
    return styleText('yellow', `↻ ${text(`${short} tries again (${message.receiveCount})`, error)}`);
  }
  if (facts.outcome === 'dead-lettered') {
    return styleText('red', `✖ ${text(`${short} dead-lettered`, facts.reason, facts.error)}`);
  }
  if (facts.status !== undefined) return styleText('yellow', `✖ ${text(facts.status, facts.reason)}`);
  if (facts.outcome === 'superseded' || facts.outcome === 'skipped') {
    return `${styleText('green', '✔')} ${short} ${facts.outcome}`;
  }
  if (facts.rows !== undefined) {
    const odd =
      facts.warnings === undefined ? '' : ` ${styleText('yellow', `(${text(facts.warnings.join(', '))})`)}`;
    return `${styleText('green', '✔')} ${countText(facts.rows)} ${facts.rows === 1 ? 'row' : 'rows'}${odd}`;
  }
  return `${styleText('green', '✔')} ${short}`;
}

/** One line for all messages of a second that had no line of their own: `12:14:46  and more: one-consumer 1,234, another 1,198 (3 failed)`. */
export function burstLine(at: Date, counted: ReadonlyMap<string, Counted>): string {
  const parts = [...counted]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(
      ([consumer, { tried, failed }]) =>
        `${terminalText(consumer)} ${countText(tried)}${failed > 0 ? ` (${countText(failed)} failed)` : ''}`,
    );
  return `${styleText('dim', timeText(at.toISOString(), at))}  and more: ${parts.join(', ')}`;
}

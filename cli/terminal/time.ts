import { usageError } from '../cli-error.ts';
import { terminalText } from '../../shared/terminal-text.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** A hundred years: dates that far apart can still be told. */
const LONGEST_MS = 100 * 365 * 86_400_000;
const TIME_OF_DAY = /^\d{2}:\d{2}(:\d{2})?$/;
const ISO = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A moment as an operator writes it: `10m`, `2h`, `3d` ago, `12:14:46` today, or ISO 8601; without an offset it is UTC.
 *
 * @param flag for the error's words: `--since` @throws CliError, usage
 */
export function parseMoment(text: string, flag: string, now: Date): Date {
  const [, amount, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const ms =
    amount === undefined || unit === undefined
      ? isoMs(TIME_OF_DAY.test(text) ? `${now.toISOString().slice(0, 10)}T${text}` : text)
      : now.getTime() - Number(amount) * (UNIT_MS[unit] ?? 0);
  // also NaN
  if (!(ms >= 0)) {
    throw usageError(
      `${flag} ${JSON.stringify(text)} is no time`,
      'write how long ago (10m, 2h, 3d), a time of today in UTC (07:00), or ISO 8601 (2026-11-20, 2026-11-20T07:00Z)',
    );
  }
  if (flag === '--since' && ms > now.getTime()) {
    throw usageError(`--since ${text} lies in the future: here it is ${now.toISOString()}`);
  }
  return new Date(ms);
}

/** NaN for what is no such time, the 30th of February included, which JavaScript takes for the 2nd of March. */
function isoMs(text: string): number {
  if (!ISO.test(text)) return Number.NaN;
  const day = new Date(`${text.slice(0, 10)}T00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text.slice(0, 10))) return Number.NaN;
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  return Date.parse(text.length <= 10 || hasOffset ? text : `${text}Z`);
}

/**
 * A moment as a table shows it, in UTC: `12:14:46`, on another day than `now` `2026-11-20 12:14:46`. Both can be typed
 * after `--since`.
 *
 * @param text ISO 8601; any other text stands as it is
 */
export function timeText(text: string, now: Date): string {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return terminalText(text);
  const [date = '', time = ''] = moment.toISOString().split(/[T.]/);
  return now.toISOString().startsWith(date) ? time : `${date} ${time}`;
}

/** A length of time: `250ms`, `30s`, `10m`, `2h`, `3d`. @throws CliError, usage @returns milliseconds */
export function parseDuration(text: string, flag: string): number {
  const [, amount, unit] = /^(\d+)(ms|[smhdw])$/.exec(text) ?? [];
  const ms = Number(amount) * (unit === 'ms' ? 1 : (UNIT_MS[unit ?? ''] ?? 0));
  // also NaN
  if (!(ms <= LONGEST_MS)) {
    throw usageError(`${flag} ${JSON.stringify(text)} is no length of time`, 'write 30s, 10m, 2h or 3d');
  }
  return ms;
}

/** @throws CliError, usage, unless it is a whole number in the range */
export function parseWhole(text: string, flag: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw usageError(`${flag} ${JSON.stringify(text)} is no whole number from ${least} to ${most}`);
}

import { terminalText } from '../../../../shared/terminal-text.ts';
import { bytesText, countText, durationText } from '../../../terminal/units.ts';
import { now } from '../live.ts';
import './parts.css';

/** A key, or a name from outside: what cannot be seen in it is escaped, as on the command line. */
export function Key({ text }: { readonly text: string }) {
  return <bdi class="key">{terminalText(text)}</bdi>;
}

export function Bytes({ count }: { readonly count: number }) {
  return (
    <span class="number" title={`${countText(count)} bytes`}>
      {bytesText(count)}
    </span>
  );
}

export function Count({ count }: { readonly count: number }) {
  return <span class="number">{countText(count)}</span>;
}

/** A moment in the reader's own time; how long ago, and in UTC, when it is pointed at. @param at ISO 8601 */
export function Time({ at }: { readonly at: string }) {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{terminalText(at)}</span>;
  const age = now.value - moment.getTime();
  const title = `${at} (${age >= 0 ? `${durationText(age)} ago` : `in ${durationText(-age)}`})`;
  return (
    <time class="number" dateTime={at} title={title}>
      {localTime(moment, new Date(now.value))}
    </time>
  );
}

/** How long ago. @param at ISO 8601 */
export function Age({ at }: { readonly at: string }) {
  return (
    <time class="number" dateTime={at} title={at}>
      {durationText(Math.max(0, now.value - Date.parse(at)))} ago
    </time>
  );
}

const two = (number: number): string => String(number).padStart(2, '0');

/** `12:14:46`, on another day `2026-11-20 12:14:46`. */
export function localTime(moment: Date, today: Date): string {
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return moment.toDateString() === today.toDateString() ? time : `${date} ${time}`;
}

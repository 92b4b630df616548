import { styleText } from 'node:util';
import type { ConsumerFate } from './fate.ts';
import { OUTCOME_LOOKS } from './outcome-looks.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import { durationText } from '../terminal/units.ts';
import { countLines, isNotCounted, rowsText } from './count-lines.ts';

/** What became of an object at one consumer, for a person: a line, and below it why. */
export function fateLines({
  consumer,
  outcome,
  note,
  stored,
  letter,
  attempts,
  unmet = [],
}: ConsumerFate): string[] {
  const isCounted = outcome !== 'recorded' || stored === undefined || !isNotCounted(stored);
  const [sign, style] = OUTCOME_LOOKS[isCounted ? outcome : 'not-counted'];
  const last = attempts.at(-1);
  const facts = [
    storedText(stored),
    ...(last?.durationMs === undefined ? [] : [durationText(last.durationMs)]),
    ...(last?.receiveCount === undefined ? [] : [`attempt ${last.receiveCount}`]),
    note ?? '',
  ].filter((fact) => fact !== '');
  return [
    `  ${styleText(style, `${sign} ${consumer.padEnd(17)} ${outcome}`)}  ${terminalText(facts.join('  '))}`.trimEnd(),
    ...(typeof stored?.['error'] === 'string' ? [`      ${terminalText(stored['error'])}`] : []),
    ...countLines(stored ?? {}).map((line) => {
      const text = terminalText(line);
      return `      ${line.startsWith('!') ? styleText('yellow', text) : styleText('dim', text)}`;
    }),
    ...unmet.map(
      ({ path, wanted, found }) =>
        `      ${path}  ${terminalText(found.join(', ') || 'absent')}  wanted ${wanted}`,
    ),
    ...(letter === undefined
      ? []
      : [
          `      ${letter.reason} since ${letter.sentAt}  ${terminalText([letter.errorName, letter.errorMessage].filter(Boolean).join(': '))}  (sluice dead show ${letter.messageId.slice(0, 8)})`,
        ]),
    ...(outcome === 'recorded' || outcome === 'skipped' || outcome === 'not-matched'
      ? []
      : attempts.map(
          ({ at, outcome: how, receiveCount, error = '' }) =>
            `      ${at}  attempt ${receiveCount ?? '?'}  ${how}  ${terminalText(error)}`,
        )),
  ];
}

/** What an uploader wants to see of what is stored. */
function storedText(stored: Readonly<Record<string, unknown>> = {}): string {
  const text = (...names: string[]): string[] =>
    names
      .map((name) => stored[name])
      .filter((value) => typeof value === 'string')
      .slice(0, 1);
  const { status, deleted, objects = [] } = stored;
  const kept = Array.isArray(objects) ? (objects as { readonly key: string }[]) : [];
  return [
    ...(deleted === true ? ['tombstone'] : []),
    ...[rowsText(stored) ?? []].flat(),
    ...(status === 'counted' ? [] : text('status')),
    ...(kept[0] === undefined
      ? []
      : [kept[0].key, ...(kept.length > 1 ? [`and ${kept.length - 1} more`] : [])]),
    ...text('event_name'),
    ...text('processed_at', 'event_time'),
  ].join('  ');
}

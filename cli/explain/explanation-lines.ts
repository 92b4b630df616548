import { styleText } from 'node:util';
import { terminalText } from '../../shared/terminal-text.ts';
import { bytesText } from '../terminal/units.ts';
import type { AskedEvent } from './asked-events.ts';
import { clauseLines } from './clause-lines.ts';
import type { Judgement } from './judge.ts';

/** An event, and what each consumer makes of it. */
export interface Explained extends AskedEvent {
  readonly key?: string;
  /** Whether the key holds an object now; of a key alone. */
  readonly isThere?: boolean;
  /** What is to be said of the event. */
  readonly notes?: readonly string[];
  readonly consumers: readonly Judgement[];
}

const LOOKS = {
  wanted: ['✔', 'green'],
  skipped: ['–', 'dim'],
  'not-matched': ['✖', 'red'],
} as const;

/** For a person: the event, and below it each consumer with the clauses of its rule. */
export function explanationLines({ text, from, was, notes = [], consumers }: Explained): readonly string[] {
  return [
    headline(text, from),
    ...[...(was === undefined ? [] : [was]), ...notes].map((note) => styleText('dim', terminalText(note))),
    ...consumers.flatMap(judgementLines),
  ];
}

function judgementLines({ consumer, verdict, isEnabled, why, clauses }: Judgement): readonly string[] {
  const [sign, style] = LOOKS[verdict];
  const words = verdict.replace('-', ' ');
  return [
    `${styleText(style, `${sign} ${consumer}`)}  ${words}${why === undefined ? '' : `: ${terminalText(why)}`}`,
    ...(isEnabled ? [] : [`  ${styleText('yellow', '! its rule is disabled: nothing reaches it')}`]),
    ...clauseLines(clauses),
  ];
}

/** `Object Created  PutObject  csv/a.csv  5 B` */
function headline(text: string, from: string): string {
  const event = JSON.parse(text) as HeadFields;
  const { object = {}, reason, 'deletion-type': deletion } = event.detail ?? {};
  const facts = [
    event['detail-type'] ?? 'an event',
    ...(reason === undefined ? [] : [reason]),
    ...(deletion === undefined ? [] : [deletion]),
    object.key ?? from,
    ...(typeof object.size === 'number' ? [bytesText(object.size)] : []),
  ];
  return styleText(
    'bold',
    facts.map((fact) => terminalText(typeof fact === 'string' ? fact : JSON.stringify(fact))).join('  '),
  );
}

interface HeadFields {
  readonly 'detail-type'?: unknown;
  readonly detail?: {
    readonly reason?: unknown;
    readonly 'deletion-type'?: unknown;
    readonly object?: { readonly key?: unknown; readonly size?: unknown };
  };
}

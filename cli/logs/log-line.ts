import { parsedLine } from './parsed-line.ts';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';

/** What Powertools writes in every line, and nobody looks for in one. */
const NOT_SHOWN = new Set([
  'level',
  'message',
  // the message says it in words
  'outcome',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
]);

/** What stands in a line, for a person. */
export interface LogLine {
  /** `WARN`; empty where the line does not say. */
  readonly level: string;
  readonly text: string;
  /** `key=csv/a.csv receive_count=2 error="SlowDown: …"` */
  readonly facts: string;
}

/** @param line one that is JSON as its object, any other as it is */
export function logLine(line: string | Readonly<Record<string, unknown>>): LogLine {
  if (typeof line === 'string') return { level: '', text: lineText(line.trimEnd()), facts: '' };
  const { level, message } = line;
  if (typeof message !== 'string') return { level: '', text: lineText(JSON.stringify(line)), facts: '' };
  const facts = Object.entries(line)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${terminalText(name)}=${factText(value)}`);
  return {
    level: typeof level === 'string' ? terminalText(level) : '',
    text: lineText(message),
    facts: facts.join(' '),
  };
}

/** A line for a person: `WARN failed, to be tried again  key=csv/a.csv receive_count=2 error="SlowDown: …"`. */
export function logLineText(message: string): string {
  const line = parsedLine(message);
  // as it was written, not as its object would be
  const { level, text, facts } = logLine(typeof line?.['message'] === 'string' ? line : message);
  return [[level, text].filter((part) => part !== '').join(' '), facts]
    .filter((part) => part !== '')
    .join('  ');
}

/** Lambda's own lines have tabs between their facts. */
const lineText = (text: string): string => terminalText(text.replaceAll('\t', '  '));

function factText(value: unknown): string {
  if (typeof value === 'string') {
    return /[\s"=]/.test(value) ? terminalJson(JSON.stringify(value)) : terminalText(value);
  }
  const { name, message } = (value ?? {}) as { name?: unknown; message?: unknown };
  if (typeof name === 'string' && typeof message === 'string') {
    return terminalJson(JSON.stringify(`${name}: ${message}`));
  }
  return terminalJson(JSON.stringify(value));
}

import { parsedLine } from './log-events.ts';
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

/** Metrics travel in the log too, in CloudWatch's embedded format; nobody reads them there. */
export const isMetrics = (message: string): boolean => message.includes('"_aws"');

/** A line for a person: `WARN failed, to be tried again  key=csv/a.csv receive_count=2 error="SlowDown: …"`. */
export function logLineText(message: string): string {
  const line = parsedLine(message);
  if (line === undefined || typeof line['message'] !== 'string') return lineText(message.trimEnd());
  const facts = Object.entries(line)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${name}=${factText(value)}`);
  const level = typeof line['level'] === 'string' ? `${line['level']} ` : '';
  return [lineText(`${level}${line['message']}`), facts.join(' ')].filter((part) => part !== '').join('  ');
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

import { parsedLine } from './log-events.ts';
import { terminalText } from './terminal-text.ts';

/** What Powertools writes in every line, and nobody looks for in one. */
const DULL = new Set([
  'level',
  'message',
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
  if (line === undefined || typeof line['message'] !== 'string') return terminalText(message.trimEnd());
  const facts = Object.entries(line)
    .filter(([name]) => !DULL.has(name))
    .map(([name, value]) => `${name}=${factText(value)}`);
  const level = typeof line['level'] === 'string' ? `${line['level']} ` : '';
  return terminalText(
    [`${level}${line['message']}`, facts.join(' ')].filter((part) => part !== '').join('  '),
  );
}

function factText(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  const { name, message } = (value ?? {}) as { name?: unknown; message?: unknown };
  if (typeof name === 'string' && typeof message === 'string') return JSON.stringify(`${name}: ${message}`);
  return JSON.stringify(value);
}

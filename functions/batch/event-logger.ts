import type { Logger } from '@aws-lambda-powertools/logger';
import type { LogItemExtraInput, LogItemMessage } from '@aws-lambda-powertools/logger/types';
import type { EventFields } from '../../shared/log-fields.ts';

/** What a consumer logs with: Powertools' methods that write a line. */
export type LineLogger = Pick<Logger, 'critical' | 'debug' | 'error' | 'info' | 'trace' | 'warn'>;

type Level = keyof LineLogger;

/**
 * The function's logger, whose every line says which event it is about. The key is a value in the line, never part of its message.
 *
 *     {"level":"INFO","message":"counted",…,"bucket":"sluice-ingest","key":"csv/orders.csv","message_id":"059f36b4-…","rows":3}
 *
 * Powertools' own child logger would make a console for each event, and call each event a cold start.
 */
export class EventLogger implements LineLogger {
  readonly #logger: LineLogger;
  readonly #fields: EventFields;

  constructor(logger: LineLogger, fields: EventFields) {
    this.#logger = logger;
    this.#fields = fields;
  }

  trace(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('trace', input, more);
  }

  debug(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('debug', input, more);
  }

  info(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('info', input, more);
  }

  warn(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('warn', input, more);
  }

  error(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('error', input, more);
  }

  critical(input: LogItemMessage, ...more: LogItemExtraInput): void {
    this.#write('critical', input, more);
  }

  #write(level: Level, input: LogItemMessage, more: LogItemExtraInput): void {
    const said = typeof input === 'string' ? { message: input } : input;
    this.#logger[level]({ ...this.#fields, ...said }, ...more);
  }
}

import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { InvalidEventError } from '../../shared/object-event/invalid-event-error.ts';
import { isTestNotification } from '../../shared/object-event/s3-notification.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { parseObjectEvents } from '../../shared/object-event/object-event-parser.ts';
import { JsonTextError, readJson, writeJson } from '../../shared/event-pattern/pattern-json.ts';
import { type CliError, usageError } from '../cli-error.ts';

/** An event that a pattern is to be held against. */
export interface AskedEvent {
  /** Where it comes from: `a.json`, or `event 2 of a.json`. */
  readonly from: string;
  /** As EventBridge has it, as JSON. */
  readonly text: string;
  /** Set when it was written otherwise: `a classic notification, as its event on the bus` */
  readonly was?: string;
}

/** Whose events those are that do not say it themselves: classic notifications and backfills. */
export interface Owner {
  readonly account: string;
  readonly region: string;
}

/** Whether the argument is JSON, not the name of a file or of an object. */
export const isJsonText = (argument: string): boolean => /^\s*[[{]/.test(argument);

/** A file of events, or `-` for standard input. @throws CliError when it cannot be read, or holds what is no event */
export async function eventsOfFile(
  file: string,
  stdin: NodeJS.ReadStream,
  owner: Owner,
): Promise<readonly AskedEvent[]> {
  if (file === '-') return eventsIn(await textOf(stdin), 'standard input', owner);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(`the file of events ${file} cannot be read: ${(cause as Error).message}`);
  }
  return eventsIn(text, file, owner);
}

/** The events of a text: one as JSON, an array of them, or one a line. @throws CliError, usage */
export function eventsIn(text: string, from: string, owner: Owner): readonly AskedEvent[] {
  const values = jsonValues(text, from);
  if (values.length === 0) throw usageError(`${from} holds no event`);
  return values.flatMap((value, index) =>
    eventsOf(value, values.length === 1 ? from : `event ${index + 1} of ${from}`, owner),
  );
}

/** JSON texts, with numbers as they were written. */
function jsonValues(text: string, from: string): readonly string[] {
  try {
    const root = readJson(text);
    return root.kind === 'array' ? root.items.map(writeJson) : [writeJson(root)];
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const lines = text.split('\n').map((line) => line.trim());
    if (lines.filter((line) => line !== '').length < 2) throw notJson(from, error);
    return lines.flatMap((line, index) => {
      if (line === '') return [];
      try {
        return [writeJson(readJson(line))];
      } catch (cause) {
        if (!(cause instanceof JsonTextError)) throw cause;
        // a document over several lines fails as a whole; one of a line each where that line is wrong
        throw index === 0 ? notJson(from, error) : notJson(`line ${index + 1} of ${from}`, cause);
      }
    });
  }
}

const notJson = (from: string, cause: Error): CliError =>
  usageError(`${from} is ${cause.message}`, 'write one event as JSON, an array of events, or one a line');

function eventsOf(text: string, from: string, owner: Owner): readonly AskedEvent[] {
  const value: unknown = JSON.parse(text);
  const messages = messagesIn(value);
  if (messages !== undefined) {
    return messages.flatMap((body, index) => eventsIn(body, `message ${index + 1} of ${from}`, owner));
  }
  if (isBusEvent(value)) return [{ from, text }];
  if (typeof value === 'object' && value !== null && isTestNotification({ ...value })) {
    throw usageError(
      `${from} is S3's test notification: nothing happened to any object, and no rule sees it`,
      'give it the event of an object: sluice samples prints some',
    );
  }
  let events: readonly ObjectEvent[];
  try {
    events = parseObjectEvents(value);
  } catch (cause) {
    if (!(cause instanceof InvalidEventError)) throw cause;
    throw usageError(`${from} is no event: ${cause.message}`, 'sluice samples prints an event of each kind');
  }
  return events.map((event) => ({
    from,
    text: JSON.stringify(busFormOf(event, owner)),
    was:
      event.origin === 'backfill'
        ? 'a backfill, which goes straight to queues: as the event that decides to which'
        : 'a classic notification, which no rule sees: as its event on the bus',
  }));
}

/** The bodies of a batch of SQS messages, or of one message; undefined for anything else. */
function messagesIn(value: unknown): readonly string[] | undefined {
  const { Records } = (value ?? {}) as { readonly Records?: unknown };
  if (!Array.isArray(Records) || Records.length === 0) return undefined;
  const bodies = (Records as unknown[]).map((record) => {
    const { eventSource, body } = (record ?? {}) as {
      readonly eventSource?: unknown;
      readonly body?: unknown;
    };
    return eventSource === 'aws:sqs' && typeof body === 'string' ? body : undefined;
  });
  return bodies.every((body) => body !== undefined) ? bodies : undefined;
}

/** Whether EventBridge could have it as it is; also events that are none of S3, which a pattern may be tried with. */
function isBusEvent(value: unknown): boolean {
  const { source, 'detail-type': detailType } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return detailType !== undefined && source !== 'sluice.backfill';
}

/** What S3 alone says of an event. */
interface Told {
  readonly account?: string;
  readonly region?: string;
  readonly sequencer?: string;
  readonly requestId?: string;
  readonly requester?: string;
  readonly sourceIp?: string;
  readonly reason?: string;
  readonly deletionType?: string;
}

function busFormOf(event: ObjectEvent, owner: Owner): object {
  const { bucket, key, size, etag, versionId, detailType, eventTime } = event;
  const isDeleted = detailType === 'Object Deleted';
  const told: Told = event.origin === 'backfill' ? {} : event;
  const { account = owner.account, region = owner.region, sequencer, requestId, requester, sourceIp } = told;
  const { reason, deletionType } = told;
  return {
    version: '0',
    'detail-type': detailType,
    source: 'aws.s3',
    account,
    time: eventTime,
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, 'version-id': versionId, sequencer },
      'request-id': requestId,
      requester,
      'source-ip-address': sourceIp,
      // a listing does not tell how an object came: sluice backfill takes it for a put
      ...(event.origin === 'backfill'
        ? { reason: isDeleted ? 'DeleteObject' : 'PutObject' }
        : reason !== undefined && { reason }),
      ...(isDeleted && { 'deletion-type': deletionType ?? 'Delete Marker Created' }),
    },
  };
}

import { randomUUID } from 'node:crypto';
import { InvalidEventTextError, parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { EventBus } from './event-bus.ts';
import { arnOfBus, busArn, checkBus, isOfThisPlace } from './bus-name.ts';
import { callerName, type Principal } from '../iam.ts';
import type { Input } from '../protocols/input.ts';

const MOST_ENTRIES = 10;
const LARGEST_REQUEST_BYTES = 1_048_576;
const TIME_BYTES = 14;

interface Entry {
  readonly busArn: string;
  readonly source: string | undefined;
  readonly detailType: string | undefined;
  readonly detail: string | undefined;
  readonly resources: readonly string[];
  readonly time: number | undefined;
}

/** The buses that the entries name, each once; the default one where there is no entry. */
export function busesOf({ location }: EventBus, input: Input): readonly string[] {
  const names = input.objects('Entries').map((entry) => entry.optionalText('EventBusName'));
  return [...new Set((names.length === 0 ? [undefined] : names).map((name) => arnOfBus(location, name)))];
}

/** `PutEvents`: each entry is taken or refused by itself; what is taken is durable before the answer. */
export function putEvents(bus: EventBus, input: Input, principal: Principal): object {
  const entries = input.objects('Entries').map((entry): Entry => {
    const to = arnOfBus(bus.location, entry.optionalText('EventBusName'));
    // a role names the buses that its function knows; who has no role may have made a mistake
    if (principal.kind === 'operator' && isOfThisPlace(bus.location, to)) checkBus(bus.location, to);
    const read = {
      busArn: to,
      source: entry.optionalText('Source'),
      detailType: entry.optionalText('DetailType'),
      detail: entry.optionalText('Detail'),
      resources: entry.texts('Resources'),
      time: entry.optionalTime('Time'),
    };
    // X-Ray's
    entry.passOver('TraceHeader');
    entry.finish();
    return read;
  });
  input.finish();
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    input.refuse('Entries', `it must have 1 to ${MOST_ENTRIES} entries, not ${entries.length}`);
  }
  if (entries.reduce((sum, entry) => sum + sizeBytes(entry), 0) > LARGEST_REQUEST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const results = bus.store.transaction(() =>
    entries.map((entry) => take(bus, entry, callerName(principal))),
  );
  return {
    FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
    Entries: results,
  };
}

type Result = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

function take(bus: EventBus, entry: Entry, by: string): Result {
  const { source, detailType, detail, resources, time } = entry;
  for (const [name, value] of Object.entries({ Source: source, DetailType: detailType, Detail: detail })) {
    if (value === undefined || value === '') {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  // S3's events come from S3 alone: nobody can publish look-alikes under its name
  if (source!.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  const id = randomUUID();
  const envelope = JSON.stringify({
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: bus.location.accountId,
    time: new Date(time ?? bus.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: bus.location.region,
    resources,
  });
  // the detail as it was written: parsing and writing it again would change its numbers
  const event = `${envelope.slice(0, -1)},"detail":${detail!}}`;
  try {
    parseEvent(detail!);
    parseEvent(event);
  } catch (error) {
    if (!(error instanceof InvalidEventTextError)) throw error;
    return { ErrorCode: 'MalformedDetail', ErrorMessage: `Detail is malformed: ${error.message}` };
  }
  if (entry.busArn === busArn(bus.location)) bus.publish(event);
  else bus.wouldSend.add({ by, to: entry.busArn, event });
  return { EventId: id };
}

function sizeBytes({ source, detailType, detail, resources, time }: Entry): number {
  const texts = [source, detailType, detail, ...resources];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return bytes + (time === undefined ? 0 : TIME_BYTES);
}

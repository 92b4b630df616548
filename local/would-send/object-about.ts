import { parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';

/** The object that an event is about. */
export interface ObjectAbout {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The object that a text tells of, be it an event in one of its shapes, or a state machine's input that names `bucket` and
 * `key`; `undefined` when it tells of none, or of several.
 */
export function objectAbout(text: string): ObjectAbout | undefined {
  try {
    const [event, ...others] = parseObjectEventText(text);
    if (event !== undefined && others.length === 0) return { bucket: event.bucket, key: event.key };
    return undefined;
  } catch {
    return namedIn(text);
  }
}

function namedIn(text: string): ObjectAbout | undefined {
  try {
    const { bucket, key, Message } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    // a topic's message is a text in what is sent
    if (typeof Message === 'string') return objectAbout(Message);
    return typeof bucket === 'string' && typeof key === 'string' ? { bucket, key } : undefined;
  } catch {
    // a message may hold anything
    return undefined;
  }
}

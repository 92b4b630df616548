// The door `@sluice-pipeline/sluice/event`: what S3 says of an object, as one type.
export type {
  DeliveredEvent,
  ExpectedRow,
  ObjectBackfilled,
  ObjectDeleted,
  ObjectEvent,
} from './object-event.ts';
export { parseObjectEvents, parseObjectEventText } from './object-event-parser.ts';
export { InvalidEventError } from './invalid-event-error.ts';
export type { InvalidEventKind } from './invalid-event-error.ts';
export { identity } from './event-identity.ts';
export { stateAfter } from './current-state.ts';
export { compareSequencers } from './sequencer.ts';

import { Type } from 'typebox';
import { documentSchema, fields } from '../terminal/document.ts';

export const samplesDocument = documentSchema('samples', 'An event of each kind, as a pipeline gets it.', {
  bucket: Type.String(),
  key: Type.String(),
  samples: Type.Array(
    fields({
      kind: Type.String({
        description: 'put, marker, notification, backfill … or sqs: a batch of messages.',
      }),
      what: Type.String({ description: 'The kind in words.' }),
      event: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});

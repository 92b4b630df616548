import { Type } from 'typebox';
import { documentSchema, fields, target } from '../terminal/document.ts';

const notifications = fields({
  eventBridge: Type.Boolean({ description: 'The bucket sends its events to EventBridge.' }),
  destinations: Type.Array(
    fields({
      kind: Type.Enum(['function', 'queue', 'topic']),
      arn: Type.String(),
      id: Type.String(),
      events: Type.Array(Type.String()),
      filter: Type.Array(Type.String({ description: 'prefix csv/, or suffix .csv' })),
    }),
    { description: 'Where else its events go.' },
  ),
});

export const connectBucketDocument = documentSchema(
  'connect-bucket',
  'Where the ingest bucket’s events go, before and after EventBridge was switched.',
  {
    target,
    dryRun: Type.Boolean(),
    bucket: Type.String(),
    isConnected: Type.Boolean({ description: 'What is wanted: EventBridge on; false with --disconnect.' }),
    isChanged: Type.Boolean({ description: 'False where it was so already, and with --dry-run.' }),
    before: notifications,
    after: notifications,
    lost: Type.Array(Type.String(), {
      description: 'Destinations that somebody else took out meanwhile, in words.',
    }),
    added: Type.Array(Type.String(), {
      description: 'Destinations that somebody else put in meanwhile, in words.',
    }),
  },
);

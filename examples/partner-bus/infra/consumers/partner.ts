import type { ConsumerDefinition } from '@sluice-pipeline/sluice';

// sluice add consumer partner --prefix shared/ --created --target 'bus:arn:aws:events:eu-central-1:222233334444:event-bus/sluice-uploads'
/** Sends on objects under shared/, created. */
export const partner = (): ConsumerDefinition => ({
  name: 'partner',
  pattern: {
    'detail-type': ['Object Created'],
    detail: { object: { key: [{ prefix: 'shared/' }] } },
  },
  keeps: 'nothing',
  target: { bus: 'arn:aws:events:eu-central-1:222233334444:event-bus/sluice-uploads' },
  endsAt:
    'arn:aws:events:eu-central-1:222233334444:event-bus/sluice-uploads, nothing there writes to the ingest bucket',
});

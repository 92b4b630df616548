import type { ConsumerEntry } from '../../infra/consumer-definition.ts';

export const PARTNER_BUS = 'arn:aws:events:eu-central-1:444455556666:event-bus/partner';
export const ENCODER = 'arn:aws:states:us-east-1:000000000000:stateMachine:encoder';

/**
 * Consumers without a function, one of each kind of target: `jobs/` goes to a queue, `partner/` to a bus, `video/` to a state
 * machine, and `all/` to each of them.
 */
export const OTHER_TARGETS: readonly ConsumerEntry[] = [
  () => ({
    name: 'jobs',
    pattern: under('jobs/'),
    keeps: 'nothing',
    target: 'queue',
    endsAt: 'queue, its test drains it',
  }),
  () => ({
    name: 'partner',
    pattern: under('partner/'),
    keeps: 'nothing',
    target: { bus: PARTNER_BUS },
    endsAt: `${PARTNER_BUS}, nothing there writes to this bucket`,
  }),
  () => ({
    name: 'encoder',
    pattern: under('video/'),
    keeps: 'nothing',
    target: { stateMachine: ENCODER },
    endsAt: `${ENCODER}, it writes to a bucket of its own`,
  }),
];

const under = (prefix: string) => ({
  'detail-type': ['Object Created' as const],
  detail: { object: { key: [{ prefix }, { prefix: 'all/' }] } },
});

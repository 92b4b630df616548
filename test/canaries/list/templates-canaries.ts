import type { Canary } from '../canary.ts';

/** Mistakes in the template, and what synth refuses. */
export const TEMPLATES_CANARIES: readonly Canary[] = [
  {
    name: 'one failed record fails its whole batch',
    file: 'infra/constructs/consumer-worker.ts',
    before: 'reportBatchItemFailures: true,',
    after: '',
    caughtBy: ['test/infra/assertions/assertions.test.ts', 'holds that'],
  },
  {
    name: 'a rule hears any account',
    file: 'infra/event-source.ts',
    before: 'account: [Aws.ACCOUNT_ID],',
    after: 'account: [],',
    caughtBy: ['test/infra/assertions/assertions.test.ts', 'holds that'],
  },
  {
    name: 'a queue takes messages in the clear',
    file: 'infra/constructs/consumer-queues.ts',
    before: 'enforceSSL: true,',
    after: '',
    caughtBy: ['test/infra/assertions/assertions.test.ts', 'holds that'],
  },
  {
    name: 'a queue takes messages on behalf of any rule',
    file: 'infra/constructs/consumer-queues.ts',
    before: "conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },",
    after: '',
    caughtBy: ['test/infra/assertions/assertions.test.ts', 'holds that'],
  },
  {
    name: 'tombstones never expire',
    file: 'infra/constructs/object-table.ts',
    before: "timeToLiveAttribute: 'expires_at',",
    after: '',
    caughtBy: ['test/infra/pipeline-stack.test.ts', 'on demand, restorable, without an index'],
  },
  {
    name: 'a bucket keeps no versions',
    file: 'infra/constructs/private-bucket.ts',
    before: 'versioned: true,',
    after: '',
    caughtBy: ['test/infra/assertions/assertions.test.ts', 'holds that'],
  },
  {
    name: 'a message comes again while its function is at it',
    file: 'infra/checks/consumer-checks.ts',
    before: "if (targetOf(definition).kind === 'function' && visibility < least) {",
    after: "if (targetOf(definition).kind !== 'function' && visibility < least) {",
    caughtBy: ['test/infra/checks/consumer-checks.test.ts', 'naming the consumer'],
  },
  {
    name: 'a consumer without a key pattern hears itself',
    file: 'infra/checks/consumer-checks.ts',
    before: 'if ((pattern.detail.object?.key ?? []).length === 0) {',
    after: 'if ((pattern.detail.object?.key ?? []).length < 0) {',
    caughtBy: ['test/infra/checks/consumer-checks.test.ts', 'naming the consumer'],
  },
  {
    name: 'a loop through a wildcard is not seen',
    file: 'infra/checks/loops/overlap.ts',
    before: 'if (one === ANY || other === ANY) return above || left;',
    after: 'if (one === ANY || other === ANY) return above && left;',
    caughtBy: ['test/infra/checks/loops/loops.test.ts', 'is refused: '],
  },
  {
    name: 'a target on the own default bus is taken',
    file: 'infra/checks/target-checks.ts',
    before: "if (resource === 'event-bus/default' && region === stack.region && account === stack.account) {",
    after: "if (resource === 'event-bus/default' && region !== stack.region && account === stack.account) {",
    caughtBy: ['test/infra/targets.test.ts', 'a target is refused'],
  },
];

import { isDeepStrictEqual } from 'node:util';
import type { TopicPlan } from './asked-plan.ts';
import type { Plan, RulePlan, TablePlan, TargetRolePlan } from './plan.ts';

/** One resource in which two plans differ: `{ kind: 'rule', name: 'Sluice-dev-OneConsumerRule', how: 'changed' }`. */
export interface PlanChange {
  readonly kind:
    | 'archive'
    | 'bucket'
    | 'function'
    | 'key'
    | 'mapping'
    | 'output'
    | 'queue'
    | 'role'
    | 'rule'
    | 'table';
  /** An event source mapping has its function's; a key of KMS has its ARN; a role that people are given has its pipeline's id before it. */
  readonly name: string;
  readonly how: 'new' | 'changed' | 'gone';
}

/** The template asks for what a running pipeline cannot become. */
export class RestartNeededError extends Error {
  override readonly name = 'RestartNeededError';
}

/** What differs, in the order of the plans; nothing when they say the same. */
export function planChanges(before: Plan, after: Plan): readonly PlanChange[] {
  const [old, now] = [byName(before), byName(after)];
  return (Object.keys(now) as PlanChange['kind'][]).flatMap((kind) => {
    const [oldOnes, nowOnes] = [old[kind], now[kind]];
    const names = new Set([...nowOnes.keys(), ...oldOnes.keys()]);
    return [...names]
      .filter((name) => !isDeepStrictEqual(oldOnes.get(name), nowOnes.get(name)))
      .map((name): PlanChange => {
        const how = oldOnes.has(name) ? (nowOnes.has(name) ? 'changed' : 'gone') : 'new';
        return { kind, name, how };
      });
  });
}

/** @throws RestartNeededError naming what cannot be changed while it runs: what would take state away */
export function refuseRestarts(before: Plan, after: Plan): void {
  if (before.stackName !== after.stackName) {
    throw new RestartNeededError(
      `the stack ${before.stackName} runs, and is called ${after.stackName} now: stop it, and start again`,
    );
  }
  for (const { kind, name, how } of planChanges(before, after)) {
    if (how === 'gone' && (kind === 'archive' || kind === 'bucket' || kind === 'table')) {
      throw new RestartNeededError(
        `the ${kind} ${name} is in the template no more, and it keeps something: put it back, or stop and start again`,
      );
    }
    if (kind === 'table' && how === 'changed' && keyOf(before, name) !== keyOf(after, name)) {
      throw new RestartNeededError(
        `the table ${name} has another primary key now, and its rows lie under the old one: put that back, or stop and start again with --fresh`,
      );
    }
  }
}

type ByName = Readonly<Record<PlanChange['kind'], ReadonlyMap<string, unknown>>>;

const named = (ones: readonly { readonly name: string }[]) => new Map(ones.map((one) => [one.name, one]));

function byName(plan: Plan): ByName {
  return {
    bucket: named(plan.buckets),
    table: named(plan.tables),
    archive: named(plan.archives),
    queue: named(plan.queues),
    key: new Map((plan.keys ?? []).map((key) => [key.arn, key])),
    rule: new Map(plan.rules.map((rule) => [rule.name, { rule, reach: reachOf(rule, plan) }])),
    function: named(plan.functions),
    role: new Map((plan.operatorRoles ?? []).map((one) => [`${one.pipeline} ${one.role}`.trim(), one])),
    mapping: new Map(plan.mappings.map((mapping) => [mapping.functionName, mapping])),
    output: new Map(Object.entries(plan.outputs)),
  };
}

/** The roles and topics of its targets: a rule sends to other targets, or to none, when one of them changes. */
function reachOf(
  { targets }: RulePlan,
  { targetRoles, topics = [] }: Plan,
): readonly (TargetRolePlan | TopicPlan)[] {
  return [
    ...targetRoles.filter(({ arn }) => targets.some(({ roleArn }) => roleArn === arn)),
    ...topics.filter(({ arn }) => targets.some((target) => target.arn === arn)),
  ];
}

function keyOf({ tables }: Plan, name: string): string {
  const table: TablePlan | undefined = tables.find((one) => one.name === name);
  return JSON.stringify(table?.keySchema);
}

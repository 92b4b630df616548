import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ConsumerTarget } from '../../shared/consumer-target.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { targetOf } from '../target-of.ts';

/** What only a function, which the pipeline makes, has a use for. */
const OF_A_FUNCTION = [
  'kind',
  'handler',
  'modules',
  'ownTable',
  'watches',
  'timeout',
  'memoryMb',
  'batchSize',
  'batchingWindow',
  'maximumConcurrency',
  'environment',
  'grants',
] as const satisfies readonly (keyof ConsumerDefinition)[];

/** What only a consumer with a queue has a use for. */
const OF_A_QUEUE = [
  'maxReceiveCount',
  'visibilityTimeout',
  'queueRetention',
] as const satisfies readonly (keyof ConsumerDefinition)[];

/** A target as a sentence calls it, and who works on what arrives there. */
const WORDS: Readonly<Record<Exclude<ConsumerTarget['kind'], 'function'>, { the: string; who: string }>> = {
  queue: { the: 'a queue', who: 'somebody else drains it' },
  bus: { the: 'an event bus', who: 'its own rules work on them' },
  'state-machine': { the: 'a state machine', who: 'its own steps work on them' },
};

/**
 * Refuses, at synth, what a consumer says that its target has no use for, and targets that EventBridge cannot deliver to, or
 * that would send the events round in a circle.
 *
 * @param definitions as their entries say them, before a kind has filled anything in
 * @throws Error naming the consumer, the value and what to do
 */
export function checkTargets(scope: Construct, definitions: readonly ConsumerDefinition[]): void {
  for (const definition of definitions) {
    const target = targetOf(definition);
    if (target.kind === 'function') continue;
    refuseUseless(definition, target);
    if (target.kind !== 'queue') checkArn(definition, target, Stack.of(scope));
  }
}

function refuseUseless(definition: ConsumerDefinition, { kind }: ConsumerTarget): void {
  if (kind === 'function') return;
  const { the, who } = WORDS[kind];
  const useless = [...OF_A_FUNCTION, ...(kind === 'queue' ? [] : OF_A_QUEUE)];
  const said = useless.filter((field) => definition[field] !== undefined);
  if (said.length > 0) {
    throw refusal(
      definition,
      `its target is ${the} (${who}), which has no use for ${said.join(', ')}; leave ${said.length === 1 ? 'it' : 'them'} out, or leave target out for a function`,
    );
  }
  if (definition.keeps !== 'nothing') {
    throw refusal(
      definition,
      `its target is ${the} (${who}), and its keeps is ${JSON.stringify(definition.keeps)}; nobody here can tell what becomes of an event there: write keeps: 'nothing'`,
    );
  }
}

/** What an ARN must look like, and an example. */
const ARNS = {
  bus: {
    form: /^arn:[^:]+:events:[^:]+:[^:]+:event-bus\/[^:]+$/,
    example: 'arn:aws:events:eu-west-1:111122223333:event-bus/partner',
  },
  'state-machine': {
    form: /^arn:[^:]+:states:[^:]+:[^:]+:stateMachine:[^:]+(:[^:]+)?$/,
    example: 'arn:aws:states:eu-west-1:111122223333:stateMachine:thumbnails',
  },
} as const;

function checkArn(
  definition: ConsumerDefinition,
  { kind, arn }: Extract<ConsumerTarget, { arn: string }>,
  stack: Stack,
): void {
  // one that the app makes: its ARN is known once it is deployed
  if (!arn.startsWith('arn:') && Token.isUnresolved(arn)) return;
  const { form, example } = ARNS[kind];
  if (!form.test(arn)) {
    throw refusal(
      definition,
      `its target is ${WORDS[kind].the} with the ARN ${JSON.stringify(arn)}; write it like ${example}`,
    );
  }
  const [, , , region = '', account = '', resource] = arn.split(':');
  if (kind === 'bus') {
    if (resource === 'event-bus/default' && region === stack.region && account === stack.account) {
      throw refusal(
        definition,
        `its target is the default event bus of its own account and Region, where its events come from: they would come back to its rule without end; name another bus`,
      );
    }
    return;
  }
  for (const [what, there, here] of [
    ['account', account, stack.account],
    ['Region', region, stack.region],
  ] as const) {
    if (there !== here && !Token.isUnresolved(there) && !Token.isUnresolved(here)) {
      throw refusal(
        definition,
        `its target is the state machine ${arn}, and its stack is in the ${what} ${here}; EventBridge starts state machines of its own account and Region alone: send the events to a bus there, whose rule starts it`,
      );
    }
  }
}

function refusal({ name }: ConsumerDefinition, message: string): Error {
  return new Error(`consumer ${name}: ${message}`);
}

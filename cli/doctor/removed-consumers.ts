import { join } from 'node:path';
import { CdkJsonError, readCdkJson } from '../cdk-json.ts';
import { CliError } from '../cli-error.ts';
import { toCliError } from '../pipeline/asked.ts';
import { chosenPipeline } from '../pipeline/chosen-pipeline.ts';
import { letterQueueUrls, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { readStack } from '../routes/assembly-template.ts';
import { ok, warning, type Check } from '../status/check.ts';
import { plural } from '../terminal/units.ts';

/** What a deployment would take away. */
export interface Removals {
  /** One for each consumer that loses a queue. */
  readonly checks: readonly Check[];
  /** Why nobody could look. */
  readonly notes: readonly string[];
}

/**
 * Whether the next deployment would delete queues with something in them: those of consumers that the stack has, and its synthesized
 * template no more, or without that queue.
 *
 * @param projectDir where the app's cdk.json is, which says where the template is
 */
export async function removalsIn(pipeline: Pipeline, projectDir: string): Promise<Removals> {
  const { stack, pipeline: id } = pipeline.deployment;
  let planned: ReadonlySet<string>;
  try {
    const { output } = readCdkJson(projectDir);
    const { template } = await readStack(join(projectDir, output), stack);
    planned = new Set(Object.keys(chosenPipeline(template.Outputs ?? {}, stack, id).outputs));
  } catch (error) {
    if (!(error instanceof CdkJsonError || error instanceof CliError)) throw error;
    return {
      checks: [],
      notes: [`nobody looked which consumers a deployment would remove: ${error.message}`],
    };
  }
  const checks = await Promise.all(
    pipeline.consumers.map(async (consumer) => await checkOf(pipeline, consumer, planned)),
  );
  return { checks: checks.filter((check) => check !== undefined), notes: [] };
}

async function checkOf(
  pipeline: Pipeline,
  consumer: Consumer,
  planned: ReadonlySet<string>,
): Promise<Check | undefined> {
  const { id, name } = consumer;
  const has = (suffix: string) => planned.has(`${id}${suffix}`);
  const [work, ...letterQueues] = [
    hasQueue(consumer) && !has('QueueUrl') ? consumer.queueUrl : undefined,
    ...letterQueueUrls(consumer).filter(
      (url) =>
        !has(url === consumer.ruleDeadLetterQueueUrl ? 'RuleDeadLetterQueueUrl' : 'DeadLetterQueueUrl'),
    ),
  ];
  const going = [work, ...letterQueues].filter((url) => url !== undefined);
  if (going.length === 0) return undefined;
  const title = `${name} is removed`;
  const gone = has('RuleName')
    ? 'the synthesized template has no such queue of it'
    : 'the synthesized template has no such consumer';
  try {
    const held = async (url: string) => {
      const { waiting, inHand } = await queueDepth(pipeline, url);
      return waiting + inHand;
    };
    const [messages, letters] = await Promise.all([
      work === undefined ? 0 : held(work),
      Promise.all(letterQueues.map(held)).then((counts) => counts.reduce((sum, one) => sum + one, 0)),
    ]);
    if (messages + letters === 0) return ok(title, `${gone}, and its queues are empty`);
    return warning(
      title,
      `${gone}: a deployment deletes its queues, with ${plural(letters, 'dead letter')} and ${plural(messages, 'waiting message')}`,
      `before it, sluice dead list --consumer ${name}, and redrive or purge; or put the consumer back`,
    );
  } catch (error) {
    const { message } = toCliError(error, pipeline.deployment);
    return warning(
      title,
      `${gone}: a deployment deletes its queues, and what is in them is not known: ${message}`,
    );
  }
}

import { redrive, isRedrivable } from '../../cli/dead-letters/redrive.ts';
import { sourcesOf } from '../../cli/dead-letters/letters.ts';
import { Pipeline } from '../../cli/pipeline/pipeline.ts';
import type { LocalControl } from '../../cli/pipeline/local-control.ts';
import type { World } from './world/world.ts';

/** Those that another try may help; the others an operator leaves, or mends by hand. */
const REASONS = ['retries-exhausted', 'function-failed', 'expired', 'NO_PERMISSIONS', 'THROTTLING'];

/** `sluice redrive` of every dead-letter queue, by its own code. @returns how many letters there were, those that stay included */
export async function redriveAll(world: World): Promise<number> {
  const { place, clock, services } = world;
  const { plan, consumers } = place;
  const letters = services.messagesIn(
    consumers.flatMap(({ deadLetterQueue, ruleDeadLetterQueue }) => [deadLetterQueue, ruleDeadLetterQueue]),
  );
  if (letters === 0) return 0;
  const control: Pick<LocalControl, 'now'> = { now: async () => new Date(clock.now()) };
  using pipeline = new Pipeline({
    deployment: { kind: 'local', account: plan.accountId, region: plan.region, stack: plan.stackName },
    outputs: plan.outputs,
    client: { region: plan.region, credentials: { accessKeyId: 'a', secretAccessKey: 's' } },
    control: control as LocalControl,
  });
  for (const source of sourcesOf(pipeline.consumers).filter(isRedrivable)) {
    const filter = { reasons: REASONS };
    const { failures, notDeleted, brokenOff } = await redrive(pipeline, source, {
      filter,
      signal: new AbortController().signal,
    });
    const [failure] = failures;
    const trouble = brokenOff?.message ?? failure?.error ?? (notDeleted > 0 ? 'not deleted' : undefined);
    if (trouble !== undefined) {
      world.checks.fail('I13', `the letters in ${source.queueUrl} cannot be redriven: ${trouble}`);
    }
  }
  return letters;
}

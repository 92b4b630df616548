import {
  UpdateEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
} from '@aws-sdk/client-lambda';
import { startCommand } from '../../shared/own-commands.ts';
import { CliError } from '../cli-error.ts';
import { pause } from '../../shared/pause.ts';
import { mappingsOf } from '../status/pipeline-look.ts';
import type { FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

const LOOK_AGAIN_MS = { local: 50, aws: 2_000 };
// in AWS a change takes seconds, sometimes a minute; an invocation under way ends within Lambda's 15 minutes
const LONGEST_WAIT_MS = 16 * 60_000;

/** @throws CliError when the consumer has no event source mapping */
export async function mappingOf(
  pipeline: Pipeline,
  consumer: FunctionConsumer,
): Promise<EventSourceMappingConfiguration> {
  const [mapping] = await mappingsOf(pipeline, consumer);
  if (mapping !== undefined) return mapping;
  throw new CliError(`no event source mapping brings the queue of ${consumer.name} to its function`, {
    nextStep: `deploy the stack again; locally, start again with \`${startCommand()}\``,
  });
}

/**
 * Disables or enables a consumer's event source mapping, and waits until it is so. Nothing is lost: messages wait in the
 * queue, and what the function has in hand is finished.
 *
 * @returns the state that it has come to: `Disabled`, `Enabled`; another one when it was interrupted
 * @throws CliError when it has not come to it after sixteen minutes
 */
export async function turnMapping(
  pipeline: Pipeline,
  consumer: FunctionConsumer,
  isEnabled: boolean,
  signal: AbortSignal,
): Promise<string> {
  const wanted = isEnabled ? 'Enabled' : 'Disabled';
  const { UUID, State } = await mappingOf(pipeline, consumer);
  if (State === wanted) return wanted;
  await pipeline.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isEnabled }));
  const deadlineMs = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { State: state = 'unknown' } = await mappingOf(pipeline, consumer);
    if (state === wanted || signal.aborted) return state;
    if (performance.now() > deadlineMs) {
      throw new CliError(`the event source mapping of ${consumer.name} is still ${state}, not ${wanted}`, {
        nextStep: 'it may come to it yet: look with `sluice status`',
      });
    }
    await pause(LOOK_AGAIN_MS[pipeline.deployment.kind], signal);
  }
}

import { createHash } from 'node:crypto';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { identity } from '../../shared/object-event/event-identity.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';

export interface HandOver {
  /** A standard one: executions of an express one have no name that could be taken. */
  readonly stateMachineArn: string;
  readonly event: ObjectEvent;
  /** Why the function does not do it itself: the message of the ObjectError. */
  readonly reason: string;
  /** From the record's context. */
  readonly signal: AbortSignal;
}

let client: SFNClient | undefined;

/**
 * Hands an object over to what has more time than a function: starts one execution of a Step Functions state machine with
 *
 *     { "bucket": "sluice-ingest", "key": "csv/year.csv", "version": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
 *       "etag": "b1946ac92492d2347c6235b4d2611184", "size": 90000000000, "reason": "at the rate of its first …" }
 *
 * The name of the execution is the SHA-256 of the event's identity, so that a repeat, within 90 days, starts nothing new. The
 * role needs `states:StartExecution` on the machine.
 *
 * @returns ARN of the execution, started now or before
 * @throws whatever Step Functions answers otherwise: the record is tried again
 */
export async function handOver({ stateMachineArn, event, reason, signal }: HandOver): Promise<string> {
  // loaded when it is wanted: hardly any invocation needs it, and every cold start would pay for it
  const { SFNClient, StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  client ??= new SFNClient({
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  const name = createHash('sha256').update(identity(event)).digest('hex');
  const { bucket, key, versionId: version, etag, size } = event;
  try {
    const { executionArn = '' } = await client.send(
      new StartExecutionCommand({
        stateMachineArn,
        name,
        input: JSON.stringify({ bucket, key, version, etag, size, reason }),
      }),
      { abortSignal: signal },
    );
    return executionArn;
  } catch (error) {
    // an earlier try measured another rate, so its reason has other numbers
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
    return executionArnOf(stateMachineArn, name);
  }
}

/** `…:stateMachine:big` and `one` make `…:execution:big:one`; a version or an alias of the machine is not in it. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const [arn, partition, service, region, account, , machine] = stateMachineArn.split(':');
  return [arn, partition, service, region, account, 'execution', machine, name].join(':');
}

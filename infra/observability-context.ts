import type { Node } from 'constructs';
import { OBSERVABILITIES, type Observability } from '../shared/observability.ts';
import { flagFrom } from './flag-context.ts';

/** How much there is to see of a stage in AWS, and to pay for. */
export interface ObservabilityContext {
  /** What the rest follows from (context `observability`). @default full for a stage like dev, usual for one like prod */
  readonly observability?: Observability;
  /** Whether there is a dashboard (context `dashboard`). @default with observability full alone */
  readonly dashboard?: boolean;
  /** Whether Lambda begins traces (context `traces`); one that a caller has begun goes on anyway. @default with observability full alone */
  readonly traces?: boolean;
  /** The share of live events whose success the functions log, 0 to 1 (context `logSuccesses`). @default 1 */
  readonly logSuccesses?: number;
}

/**
 * What the CDK context says of it, each of which may be left out:
 *
 *     -c observability=least -c dashboard=true -c traces=true -c logSuccesses=0.1
 *
 * @throws Error naming what the context holds and what it may
 */
export function observabilityFromContext(node: Node): ObservabilityContext {
  return {
    ...level(node),
    ...flag(node, 'dashboard'),
    ...flag(node, 'traces'),
    ...logSuccesses(node),
  };
}

function level(node: Node): Pick<ObservabilityContext, 'observability'> {
  const said: unknown = node.tryGetContext('observability');
  if (said === undefined) return {};
  const observability = OBSERVABILITIES.find((one) => one === said);
  if (observability === undefined) {
    throw refusal('observability', said, `it must be one of ${OBSERVABILITIES.join(', ')}`);
  }
  return { observability };
}

function flag(node: Node, name: 'dashboard' | 'traces'): Pick<ObservabilityContext, typeof name> {
  const said = flagFrom(node, name);
  return said === undefined ? {} : { [name]: said };
}

function logSuccesses(node: Node): Pick<ObservabilityContext, 'logSuccesses'> {
  // a number in cdk.json, text from the command line
  const said: unknown = node.tryGetContext('logSuccesses');
  if (said === undefined) return {};
  const isWritten = typeof said === 'number' || (typeof said === 'string' && /^\d+(\.\d+)?$/.test(said));
  const share = isWritten ? Number(said) : Number.NaN;
  if (!(share >= 0 && share <= 1)) {
    throw refusal('logSuccesses', said, 'it must be a share from 0 to 1, such as 0.1 for one in ten');
  }
  return { logSuccesses: share };
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}

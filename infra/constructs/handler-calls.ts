import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Effect, ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow } from '../allow.ts';

export interface HandlerCallsProps {
  readonly handler: IFunction;
  readonly queue: IQueue;
  /** What the consumer's entry asks for. */
  readonly grants: readonly PolicyStatement[];
}

/** Services whose calls come from handlers alone: of what Lambda itself does with the role, polling its queue, none is here. */
const OF_HANDLERS = /^(dynamodb|s3):/i;

/**
 * What the code of one function may do, and whoever else has its role may not: a role that is passed to another function reads and
 * writes nothing. A policy of its own, made after the function, since it names it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export class HandlerCalls extends ManagedPolicy {
  constructor(scope: Construct, id: string, { handler, queue, grants }: HandlerCallsProps) {
    const fromHandler = { ArnEquals: { 'lambda:SourceFunctionArn': handler.functionArn } };
    // the handler's backoff
    const backoff = allow(['sqs:ChangeMessageVisibility'], queue.queueArn, fromHandler);
    const own = grants.map((statement) =>
      // a Deny would bind less under a condition
      statement.effect === Effect.ALLOW &&
      statement.actions.length > 0 &&
      statement.actions.every((action) => OF_HANDLERS.test(action))
        ? statement.copy({ conditions: merged(statement.conditions as Conditions, fromHandler) })
        : statement,
    );
    super(scope, id, {
      description: 'What the code of a consumer of Sluice may do',
      statements: [backoff, ...own],
      roles: [handler.role!],
    });
  }
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Both must hold: operators side by side, and under one operator the keys. */
const merged = (one: Conditions, other: Conditions): Conditions =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((operator) => [
      operator,
      { ...one[operator], ...other[operator] },
    ]),
  );

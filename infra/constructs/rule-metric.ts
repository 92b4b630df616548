import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * What EventBridge counts of a rule of the default bus by itself.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export type RuleMetric =
  /** Events that it sent to its target, or tried to. */
  | 'Invocations'
  /** Those that it gave up for good. */
  | 'FailedInvocations'
  /** Those of them that became no letter either. */
  | 'InvocationsFailedToBeSentToDlq';

/** @param ruleName of the rule; the one that feeds an archive is called `Events-Archive-NAME` */
export const ruleMetric = (ruleName: string, metricName: RuleMetric, label?: string): Metric =>
  new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { RuleName: ruleName },
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...(label !== undefined && { label }),
  });

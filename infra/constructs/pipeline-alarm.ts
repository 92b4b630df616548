import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type MathExpression,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export interface PipelineAlarmProps {
  readonly metric: Metric | MathExpression;
  readonly above: number;
  /** How many periods in a row are looked at, and how many of them must be above. @default one of one */
  readonly periods?: { readonly of: number; readonly atLeast: number };
  /** What it says: what has happened, and what to do. */
  readonly meaning: string;
  /** The heading of docs/operations.md that it links to. @default the alarm's id */
  readonly paragraph?: string;
  readonly topic: ITopic;
}

/** An alarm whose text says what it means and where more stands, and which somebody hears. */
export class PipelineAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: PipelineAlarmProps) {
    const { metric, above, periods = { of: 1, atLeast: 1 }, meaning, paragraph = id, topic } = props;
    super(scope, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods.of,
      ...(periods.of > 1 && { datapointsToAlarm: periods.atLeast }),
      // most of these metrics have a datum only when something happens
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: alarmText(meaning, paragraph),
    });
    this.addAlarmAction(new SnsAction(topic));
  }
}

/** `rows fail: mend it (docs/operations.md#failedrecords)` */
export const alarmText = (meaning: string, paragraph: string): string =>
  `${meaning} (docs/operations.md#${paragraph.toLowerCase()})`;

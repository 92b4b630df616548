import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stageFromContext, tombstoneTtlDays } from '../../infra/stage.ts';
import { resourcesOfType, synthesize } from './support/pipeline-template.ts';

const stageOf = (context: Record<string, unknown>) => stageFromContext(new App({ context }).node);

describe('stageFromContext', () => {
  test('is dev unless the context says otherwise', () => {
    expect(stageOf({}).name).toBe('dev');
    expect(stageOf({ stage: 'prod' }).name).toBe('prod');
  });

  test.each([['staging'], ['toString'], [1]])('refuses the stage %j', (stage) => {
    expect(() => stageOf({ stage })).toThrow(
      `context stage is ${JSON.stringify(stage)}: it must be one of dev, prod`,
    );
  });

  test('refuses an alarm topic that is no topic', () => {
    expect(() => stageOf({ alarmTopicArn: 'alarms' })).toThrow('context alarmTopicArn is "alarms"');
  });

  test('tells every alarm to the topic that the context names', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';

    const alarms = resourcesOfType(synthesize({ alarmTopicArn }), 'AWS::CloudWatch::Alarm');

    expect(alarms.map(([, { Properties }]) => Properties['AlarmActions'])).toEqual(
      alarms.map(() => [alarmTopicArn]),
    );
  });
});

describe('tombstoneTtlDays', () => {
  test('outlives the archive by the longest way of an event through retries and dead letters', () => {
    expect(tombstoneTtlDays({ archiveRetention: Duration.days(14) })).toBe(47);
  });

  test('is 0, for ever, when the archive keeps events for ever', () => {
    expect(tombstoneTtlDays({ archiveRetention: undefined })).toBe(0);
  });
});

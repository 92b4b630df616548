import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { stageFromContext, tombstoneTtlDays } from '../../infra/stage.ts';
import { resource, resourcesOfType, synthesize } from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const stageOf = (context: Record<string, unknown>) =>
  stageFromContext(new App({ context, outdir: temporaryFolder() }).node);

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

  test.each([
    [0, undefined, '0'],
    ['30', 30, '63'],
  ])('keeps events for the %j days that the context names', (archiveRetentionDays, days, tombstoneDays) => {
    const template = synthesize({ archiveRetentionDays });
    const archive = resource(template, 'AWS::Events::Archive', 'EventArchive').Properties;
    const { Environment } = resource(template, 'AWS::Lambda::Function', 'MetadataWriter').Properties;

    expect(archive['RetentionDays']).toBe(days ?? 0);
    expect(Environment.Variables.TOMBSTONE_TTL_DAYS).toBe(tombstoneDays);
  });

  test.each([[-1], ['a week'], [1.5], ['']])('refuses to keep events for %j days', (archiveRetentionDays) => {
    expect(() => stageOf({ archiveRetentionDays })).toThrow(
      `context archiveRetentionDays is ${JSON.stringify(archiveRetentionDays)}: it must be a whole number`,
    );
  });

  test('refuses an alarm topic that is no topic', () => {
    expect(() => stageOf({ alarmTopicArn: 'alarms' })).toThrow('context alarmTopicArn is "alarms"');
    expect(() => stageOf({ alarmOn: 'Not Counted' })).toThrow(
      'context alarmOn is "Not Counted": list metrics',
    );
  });

  test('tells every alarm to the topic that the context names', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';

    const alarms = resourcesOfType(synthesize({ alarmTopicArn }), 'AWS::CloudWatch::Alarm');

    expect(alarms.map(([, { Properties }]) => Properties['AlarmActions'])).toEqual(
      alarms.map(() => [alarmTopicArn]),
    );
  });
});

const bucketsOf = (corsOrigins?: unknown) =>
  resourcesOfType(synthesize(corsOrigins === undefined ? {} : { corsOrigins }), 'AWS::S3::Bucket');

describe('the pages that may use the ingest bucket', () => {
  test('are none unless the context names them', () => {
    expect(bucketsOf().filter(([, { Properties }]) => 'CorsConfiguration' in Properties)).toEqual([]);
  });

  test.each([
    ['https://app.example.com, http://localhost:5173'],
    [['https://app.example.com', 'http://localhost:5173']],
  ])('are those of %j, for the ingest bucket alone', (corsOrigins) => {
    const allowing = bucketsOf(corsOrigins).filter(([, { Properties }]) => 'CorsConfiguration' in Properties);

    expect(allowing.map(([id]) => id)).toEqual([expect.stringMatching(/^IngestBucket/)]);
    expect(allowing[0]![1].Properties['CorsConfiguration']).toEqual({
      CorsRules: [
        {
          Id: 'pages',
          AllowedOrigins: ['https://app.example.com', 'http://localhost:5173'],
          AllowedMethods: ['GET', 'PUT', 'POST'],
          AllowedHeaders: ['*'],
          ExposedHeaders: ['ETag', 'x-amz-version-id', 'x-amz-request-id'],
          MaxAge: 3600,
        },
      ],
    });
  });

  test.each([
    ['*', '*', 'name each origin'],
    ['https://*.example.com', 'https://*.example.com', 'name each origin'],
    ['app.example.com', 'app.example.com', 'it must begin with https://'],
    ['ftp://app.example.com', 'ftp://app.example.com', 'it must begin with https://'],
    [
      'https://a.example,https://b.example/',
      'https://b.example/',
      'an origin is scheme, host and port alone: write https://b.example',
    ],
    ['https://a.example:443', 'https://a.example:443', 'an origin is scheme, host and port alone'],
    ['https://a.example,', '', 'it must be an origin'],
    [[], [], 'it must be origins with commas between them'],
    [7, 7, 'it must be origins with commas between them'],
    [[7], 7, 'it must be an origin'],
  ])('cannot be %j', (corsOrigins, wrong, why) => {
    expect(() => stageOf({ corsOrigins })).toThrow(`context corsOrigins is ${JSON.stringify(wrong)}: ${why}`);
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

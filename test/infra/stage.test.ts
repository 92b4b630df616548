import { App, Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { byStage, stageFromContext, tombstoneTtlDays } from '../../infra/stage.ts';
import { resource, resourcesOfType, synthesize, type PipelineTemplate } from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const stageOf = (context: Record<string, unknown>) =>
  stageFromContext(new App({ context, outdir: temporaryFolder() }).node);

describe('stageFromContext', () => {
  test('is dev unless the context says otherwise', () => {
    expect(stageOf({}).name).toBe('dev');
    expect(stageOf({ stage: 'prod' }).name).toBe('prod');
  });

  test.each([
    ['dev', undefined, 'dev'],
    ['prod', undefined, 'prod'],
    ['staging-eu', undefined, 'prod'],
    ['staging-eu', 'prod', 'prod'],
    ['try-2', 'dev', 'dev'],
  ])('of the name %s and stageLike %s is like %s in all that a stage decides', (name, stageLike, like) => {
    const { name: own, ...decided } = stageOf({ stage: name, ...(stageLike && { stageLike }) });
    const { name: _, ...same } = stageOf({ stage: like });

    expect(own).toBe(name);
    expect(decided).toEqual(same);
    expect(byStage({ ...decided, name: own }, { dev: 'little', prod: 'much' })).toBe(
      like === 'dev' ? 'little' : 'much',
    );
  });

  test.each([['Staging'], ['toString'], ['eu_west'], ['-dev'], ['dev-'], ['a--b'], [''], [1], [['dev']]])(
    'refuses the stage %j',
    (stage) => {
      expect(() => stageOf({ stage })).toThrow(
        `context stage is ${JSON.stringify(stage)}: it becomes a part of names, so that it must be in lower case`,
      );
    },
  );

  test.each([
    ['staging', 'qa', 'it must be dev or prod, the two kinds of stages'],
    ['prod', 'dev', 'the stage is prod, which is like itself; give it another name'],
    ['dev', 'prod', 'the stage is dev, which is like itself'],
  ])('refuses that %s is like %s', (stage, stageLike, why) => {
    expect(() => stageOf({ stage, stageLike })).toThrow(`context stageLike is "${stageLike}": ${why}`);
  });

  test('decides what becomes of everything that holds something, and how much is done at a time', () => {
    const staging = synthesize({ stage: 'staging' });
    const tried = synthesize({ stage: 'try-2', stageLike: 'dev' });

    for (const [like, template] of [
      ['prod', staging],
      ['dev', tried],
    ] as const) {
      expect(decidedIn(template)).toEqual(decidedIn(synthesize({ stage: like })));
    }
    expect(decidedIn(staging)).not.toEqual(decidedIn(tried));
    expect(queueNames(staging)).toContain('Sluice-staging-metadata-writer');
    expect(queueNames(tried)).toContain('Sluice-try-2-metadata-writer');
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

  test.each([
    ['oncall', 'it must be one address'],
    ['a@example.com,b@example.com', 'it must be one address'],
  ])('refuses the mailbox %j', (alarmEmail, why) => {
    expect(() => stageOf({ alarmEmail })).toThrow(
      `context alarmEmail is ${JSON.stringify(alarmEmail)}: ${why}`,
    );
  });

  test.each(['dev', 'prod'])(
    'keeps in %s who asked, and from where, only where the context says so',
    (stage) => {
      const asking = (context: Readonly<Record<string, unknown>>) =>
        resourcesOfType(synthesize({ stage, ...context }), 'AWS::Lambda::Function').flatMap(
          ([, { Properties }]) => Properties['Environment'].Variables.STORE_REQUESTER ?? [],
        );

      expect(asking({})).toEqual([]);
      expect(asking({ storeRequester: 'false' })).toEqual([]);
      expect(asking({ storeRequester: 'true' })).toEqual(['true', 'true']);
      expect(() => asking({ storeRequester: 'yes' })).toThrow(
        'context storeRequester is "yes": it must be true or false',
      );
    },
  );

  test('subscribes nobody to a topic of others', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';

    expect(() => stageOf({ alarmTopicArn, alarmEmail: 'oncall@example.com' })).toThrow(
      'context alarmEmail is "oncall@example.com": alarmTopicArn names a topic',
    );
  });
});

/** Type and properties of each resource but for what is a name: retention, removal, protection, and all numbers of its consumers. */
const decidedIn = ({ Resources }: PipelineTemplate) =>
  Object.fromEntries(
    Object.entries(Resources).map(([id, { Type, DeletionPolicy, Properties }]) => [
      id,
      {
        Type,
        DeletionPolicy,
        ...Object.fromEntries(
          [
            'RetentionDays',
            'RetentionInDays',
            'DeletionProtectionEnabled',
            'LifecycleConfiguration',
            'ScalingConfig',
            'BatchSize',
            'MaximumBatchingWindowInSeconds',
            'VisibilityTimeout',
          ].map((name) => [name, Properties[name]]),
        ),
      },
    ]),
  );

const queueNames = (template: PipelineTemplate) =>
  resourcesOfType(template, 'AWS::SQS::Queue').map(([, { Properties }]) => Properties['QueueName']);

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

describe('the prefixes of uploaders', () => {
  test.each<[unknown, readonly string[]]>([
    ['csv/', ['csv/']],
    ['csv/, scans/2026/', ['csv/', 'scans/2026/']],
    [['csv/', 'csv/'], ['csv/']],
  ])('are read from %j', (uploadPrefixes, read) => {
    expect(stageOf({ uploadPrefixes }).uploadPrefixes).toEqual(read);
  });

  test.each([
    ['csv', 'csv', 'it must begin without a slash and end with one'],
    ['/csv/', '/csv/', 'it must begin without a slash and end with one'],
    ['', '', 'it must begin without a slash and end with one'],
    ['csv/,${aws:username}/', '${aws:username}/', 'a policy cannot name a prefix with *, ? or $ in it'],
    [['*/'], '*/', 'a policy cannot name a prefix with *, ? or $ in it'],
    [[], [], 'it must be prefixes with commas between them'],
    [true, true, 'it must be prefixes with commas between them'],
  ])('cannot be %j', (uploadPrefixes, wrong, why) => {
    expect(() => stageOf({ uploadPrefixes })).toThrow(
      `context uploadPrefixes is ${JSON.stringify(wrong)}: ${why}`,
    );
  });
});

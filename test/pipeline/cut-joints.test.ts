import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf, type Template } from '../support/assembly.ts';
import { childProcesses } from '../support/child-processes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withoutAction } from '../support/fault-switch.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside as run } from '../support/sluice-inside.ts';
import { waitFor } from '../support/wait-for.ts';

interface Found {
  readonly exitCode: number | null;
  readonly problems: readonly string[];
}

async function status(pipeline: PipelineUnderTest): Promise<Found> {
  const ran = await run(pipeline, 'status', '--check', '--json');
  return { exitCode: ran.exitCode, problems: ran.json<{ problems: string[] }>().problems };
}

/** Which of these are not named by `status` and by `doctor` in one look each. */
async function unnamed(pipeline: PipelineUnderTest, ...wanted: readonly RegExp[]): Promise<string[]> {
  const { exitCode, problems } = await status(pipeline);
  const doctor = await run(pipeline, 'doctor', '--json');
  const { checks } = JSON.parse(doctor.stdout) as {
    checks: { name: string; state: string; detail: string }[];
  };
  const seen = checks.filter(({ state }) => state !== 'ok').map(({ name, detail }) => `${name}: ${detail}`);
  const lacks = (who: string, lines: readonly string[]) =>
    wanted
      .filter((one) => !lines.some((line) => one.test(line)))
      .map((one) => `${who} lacks ${String(one)}: ${lines.join('; ')}`);
  return [
    ...lacks('status', problems),
    ...lacks('doctor', seen),
    ...(exitCode === 5 ? [] : [`status --check ended with ${exitCode}`]),
  ];
}

describe('a pipeline in which one joint is cut', () => {
  let pipeline: PipelineUnderTest;
  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
  }, 120_000);
  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  const rule = () => pipeline.output('MetadataWriterRuleName');
  const queue = () => pipeline.output('MetadataWriterQueueUrl');
  const turnNotification = async (NotificationConfiguration: object) =>
    await pipeline.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: pipeline.bucket, NotificationConfiguration }),
    );
  /** @returns what mends it */
  const setAttribute = async (name: 'Policy' | 'RedrivePolicy') => {
    const { Attributes } = await pipeline.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue(), AttributeNames: ['All'] }),
    );
    const set = async (value: string) =>
      void (await pipeline.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: queue(), Attributes: { [name]: value } }),
      ));
    await set('');
    return async () => set(Attributes![name]!);
  };
  const withTargets = async (change: (target: object) => object | undefined) => {
    const { Targets = [] } = await pipeline.events.send(new ListTargetsByRuleCommand({ Rule: rule() }));
    const changed = Targets.map(change).filter((target) => target !== undefined);
    await pipeline.events.send(new RemoveTargetsCommand({ Rule: rule(), Ids: Targets.map(({ Id }) => Id!) }));
    const put = async (targets: readonly object[]) =>
      void (await pipeline.events.send(
        new PutTargetsCommand({ Rule: rule(), Targets: [...targets] as typeof Targets }),
      ));
    if (changed.length > 0) await put(changed);
    return async () => put(Targets);
  };

  test.each<[what: string, cut: () => Promise<() => Promise<unknown>>, named: RegExp]>([
    [
      'the bucket’s EventBridge is off',
      async () => {
        await turnNotification({});
        return async () => turnNotification({ EventBridgeConfiguration: {} });
      },
      /^bucket → bus: .* does not send its events to EventBridge/,
    ],
    [
      'a rule is disabled',
      async () => {
        await pipeline.events.send(new DisableRuleCommand({ Name: rule() }));
        return async () => pipeline.events.send(new EnableRuleCommand({ Name: rule() }));
      },
      /^metadata-writer rule: disabled/,
    ],
    [
      'a rule has lost its target',
      async () => withTargets(() => undefined),
      /^metadata-writer rule → queue: the queue is no target/,
    ],
    [
      'a target has lost its dead-letter queue',
      async () => withTargets((target) => ({ ...target, DeadLetterConfig: undefined })),
      /^metadata-writer rule → queue: the target lacks its dead-letter queue/,
    ],
    [
      'a queue has no policy',
      async () => setAttribute('Policy'),
      /^metadata-writer queue: its policy does not let the rule in/,
    ],
    [
      'a queue has no redrive policy',
      async () => setAttribute('RedrivePolicy'),
      /^metadata-writer queue → letters: the queue’s redrive policy/,
    ],
    [
      'a mapping is disabled',
      async () => {
        const paused = await run(pipeline, 'pause', 'metadata-writer', '--yes', '--json');
        expect(JSON.parse(paused.stdout)).toMatchObject({ before: 'Enabled', state: 'Disabled' });
        return async () => run(pipeline, 'resume', 'metadata-writer', '--yes');
      },
      /^metadata-writer queue → function: paused/,
    ],
  ])(
    'is named by status and doctor when %s, and well again when it is mended',
    async (_, cut, named) => {
      const mend = await cut();

      expect(await unnamed(pipeline, named)).toEqual([]);
      await mend();

      expect(await status(pipeline)).toEqual({ exitCode: 0, problems: [] });
    },
    120_000,
  );

  test('is named when the table store cannot be started, beside the records that fail for it', async () => {
    const folder = join(pipeline.dataDir, 'dynamodb');
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, 'no folder');
    const [tableStore] = childProcesses(pipeline.pid, 'table store');
    process.kill(tableStore!, 'SIGKILL');
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'late.txt', Body: 'x' }));
    await waitFor(
      async () => (await status(pipeline)).problems.some((one) => /will come again/.test(one)),
      'a record that fails',
      60_000,
      500,
    );

    expect(
      await unnamed(
        pipeline,
        /^table .*UploadMetadata.*: cannot be asked: .*DynamoDB did not answer/i,
        /^metadata-writer records: 1 message failed and will come again; the last error: /,
      ),
    ).toEqual([]);
  }, 180_000);

  test('is named when a dead-letter queue is gone', async () => {
    const QueueUrl = pipeline.output('CsvRowCounterDeadLetterQueueUrl');
    await pipeline.sqs.send(new DeleteQueueCommand({ QueueUrl }));

    expect(
      await unnamed(pipeline, /^csv-row-counter queue → letters: the dead-letter queue is not there/),
    ).toEqual([]);
  }, 120_000);
});

/** The template as a careless colleague has changed it. */
function broken(template: Template): void {
  withoutAction(template, 'MetadataWriter', 'dynamodb:PutItem');
  const [[, handler] = []] = resourcesOf(template, 'AWS::Lambda::Function', 'LedgerExporter');
  handler!.Properties['Timeout'] = 1;
  const [archiveId] = resourcesOf(template, 'AWS::Events::Archive')[0]!;
  template.Resources = Object.fromEntries(
    Object.entries(template.Resources).filter(([id]) => id !== archiveId),
  );
  for (const output of Object.values(template.Outputs)) {
    if (JSON.stringify(output.Value).includes(archiveId)) output.Value = 'gone';
  }
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::IAM::ManagedPolicy' && JSON.stringify(Properties).includes(archiveId)) {
      Properties['PolicyDocument'] = { Statement: [] };
    }
  }
}

/** Rewrites the code of one consumer's function. */
function rewrite(assemblyDir: string, consumer: string, code: string): void {
  const file = readdirSync(assemblyDir).find((name) => name.endsWith('.template.json'))!;
  const template = JSON.parse(readFileSync(join(assemblyDir, file), 'utf8')) as Template;
  const [[, handler] = []] = resourcesOf(template, 'AWS::Lambda::Function', consumer);
  const { S3Key } = handler!.Properties['Code'] as { S3Key: string };
  writeFileSync(join(assemblyDir, `asset.${S3Key.replace('.zip', '')}`, 'index.mjs'), code);
}

const EVERYTHING = [
  /^bus → archive: the archive gone is not there/,
  /^metadata-writer records: 3 messages failed .*AccessDeniedException: .*not authorized to perform: dynamodb:PutItem/,
  /^csv-row-counter start: the function does not start: TypeError: no such table name/,
  /^csv-row-counter records: 2 messages failed .*TypeError: no such table name/,
  /^ledger-exporter records: 3 messages failed .*Task timed out after 1\.00 seconds/,
];

test('a permission missing, code that throws at load, code that never ends and no archive are all named', async () => {
  const assemblyDir = alteredAssembly(broken);
  rewrite(assemblyDir, 'CsvRowCounter', 'throw new TypeError("no such table name");');
  rewrite(
    assemblyDir,
    'LedgerExporter',
    'export const handler = () => new Promise(() => setInterval(() => {}, 1000));',
  );
  await using pipeline = await PipelineUnderTest.start({
    assemblyDir,
    dataDir: temporaryFolder('cut'),
    hasBrokenFunction: true,
  });
  for (const Key of ['csv/a.csv', 'csv/b.csv', 'c.txt']) {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n' }));
  }
  await waitFor(
    async () => (await unnamed(pipeline, ...EVERYTHING)).length === 0,
    'records of all three that fail',
    90_000,
    500,
  );

  expect(await unnamed(pipeline, ...EVERYTHING)).toEqual([]);
  // nothing was given up, and nothing hides behind the archive
  const { stdout } = await run(pipeline, 'status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    archive: null,
    consumers: [
      { name: 'metadata-writer', deadLetters: 0, retrying: 3 },
      { name: 'csv-row-counter', deadLetters: 0 },
      { name: 'ledger-exporter', deadLetters: 0 },
    ],
  });
}, 240_000);

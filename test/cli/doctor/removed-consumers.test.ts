import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { removalsIn } from '../../../cli/doctor/removed-consumers.ts';
import { errorNamed, OUTPUTS, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

beforeEach(resetMocks);

/** A project whose assembly has a stack with these outputs. */
function projectWith(outputs: readonly string[], stack = 'Sluice-prod'): string {
  const dir = temporaryFolder('project');
  mkdirSync(join(dir, 'cdk.out'));
  writeFileSync(join(dir, 'cdk.json'), JSON.stringify({ app: 'node app.ts' }));
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'stack.template.json' } };
  writeFileSync(join(dir, 'cdk.out/manifest.json'), JSON.stringify({ artifacts: { [stack]: artifact } }));
  writeFileSync(
    join(dir, 'cdk.out/stack.template.json'),
    JSON.stringify({ Outputs: Object.fromEntries(outputs.map((name) => [name, { Value: 'x' }])) }),
  );
  return dir;
}

const ALL = Object.keys(OUTPUTS);
const without = (pattern: RegExp) => ALL.filter((name) => !pattern.test(name));

const queueHolds = (output: string, messages: number) =>
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS[output] })
    .resolves({ Attributes: { ApproximateNumberOfMessages: String(messages) } });

describe('before a deployment that removes a consumer, doctor', () => {
  test('warns of its letters and of what waits, with what to do', async () => {
    queueHolds('CsvRowCounterDeadLetterQueueUrl', 2);
    queueHolds('CsvRowCounterRuleDeadLetterQueueUrl', 1);
    queueHolds('CsvRowCounterQueueUrl', 5);

    const { checks, notes } = await removalsIn(mockedPipeline(), projectWith(without(/^CsvRowCounter/)));

    expect(notes).toEqual([]);
    expect(checks).toEqual([
      {
        name: 'csv-row-counter is removed',
        state: 'warning',
        detail:
          'the synthesized template has no such consumer: a deployment deletes its queues, with 3 dead letters and 5 waiting messages',
        nextStep:
          'before it, sluice dead list --consumer csv-row-counter, and redrive or purge; or put the consumer back',
      },
    ]);
  });

  test('says that nothing is lost where its queues are empty', async () => {
    const { checks } = await removalsIn(mockedPipeline(), projectWith(without(/^CsvRowCounter/)));

    expect(checks).toMatchObject([
      { state: 'ok', detail: expect.stringContaining('queues are empty') as string },
    ]);
  });

  test('warns of letters where the consumer stays, and sends elsewhere than to its queue', async () => {
    queueHolds('CsvRowCounterDeadLetterQueueUrl', 4);
    const outputs = without(/^CsvRowCounter(Dead|Queue|Function|Log)/);

    const { checks } = await removalsIn(mockedPipeline(), projectWith(outputs));

    expect(checks).toMatchObject([
      {
        state: 'warning',
        detail:
          'the synthesized template has no such queue of it: a deployment deletes its queues, with 4 dead letters and 0 waiting messages',
      },
    ]);
  });

  test('warns where nobody may count them', async () => {
    sqs.on(GetQueueAttributesCommand).rejects(errorNamed('AccessDenied', 'not you'));

    const { checks } = await removalsIn(mockedPipeline(), projectWith(without(/^CsvRowCounter/)));

    expect(checks).toMatchObject([
      {
        state: 'warning',
        detail: expect.stringContaining('what is in them is not known: access denied: not you') as string,
      },
    ]);
  });

  test('says nothing where all stay, and that it could not look where the stack is not synthesized', async () => {
    expect(await removalsIn(mockedPipeline(), projectWith(ALL))).toEqual({ checks: [], notes: [] });
    expect(await removalsIn(mockedPipeline(), projectWith(ALL, 'Sluice-dev'))).toEqual({
      checks: [],
      notes: [expect.stringMatching(/^nobody looked which consumers .*Sluice-prod/)],
    });
  });
});

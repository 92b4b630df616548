import { stripVTControlCharacters } from 'node:util';
import { DescribeArchiveCommand, DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { showPipeline, type PipelineStatusFlags } from '../../../cli/status/pipeline-status-view.ts';
import { errorNamed, events, lambda, OUTPUTS, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { scopeOf, type ScopeOptions } from '../../support/scope.ts';

beforeEach(resetMocks);

const denied = errorNamed('AccessDeniedException', 'no');

async function shown(flags: Partial<PipelineStatusFlags> = {}, options: ScopeOptions = {}) {
  const scope = scopeOf(mockedPipeline(), options);
  const exitCode = await showPipeline(scope, {
    consumer: ['metadata-writer'],
    since: '1h',
    maxAge: '15m',
    ...flags,
  });
  return { exitCode, out: stripVTControlCharacters(scope.out()), err: stripVTControlCharacters(scope.err()) };
}

/** The cells of the one consumer's row. */
const cells = async () => (await shown()).out.trimEnd().split('\t');

describe('showing the pipeline', () => {
  test('prints a row for each consumer, the archive, and that nothing is wrong', async () => {
    events.on(DescribeArchiveCommand).resolves({
      State: 'ENABLED',
      EventPattern: '{"source":["aws.s3"]}',
      EventCount: 1_234_567,
      SizeBytes: 5e9,
      RetentionDays: 90,
    });

    expect(await shown()).toEqual({
      exitCode: 0,
      out: 'metadata-writer\ton\t0\t0\t0\t–\t0\t0\t0\n',
      err: 'archive enabled: 1,234,567 events, 5.0 GB, kept 90 days\n✔ nothing is wrong\n',
    });
  });

  test('says of an archive without an end that it keeps for ever', async () => {
    events.on(DescribeArchiveCommand).resolves({ State: 'ENABLED', EventPattern: '{"source":["aws.s3"]}' });

    expect((await shown()).err).toContain('kept for ever\n');
  });

  test.each([
    [{}, 0],
    [{ check: true }, 0],
  ])('ends with 0 where all is well: %j', async (flags, exitCode) => {
    expect((await shown(flags)).exitCode).toBe(exitCode);
  });

  test.each([
    [{}, 4],
    [{ check: true }, 5],
  ])('ends otherwise where something cannot be asked: %j with %d', async (flags, exitCode) => {
    events.on(DescribeRuleCommand).rejects(denied);

    expect((await shown(flags)).exitCode).toBe(exitCode);
  });

  test('ends with 0 where something is missing, and only --check was to judge it', async () => {
    events.on(DescribeRuleCommand).rejects(errorNamed('ResourceNotFoundException', 'none'));

    expect((await shown()).exitCode).toBe(0);
  });

  test('as JSON has what is known, null for what is not, and each problem', async () => {
    sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS['MetadataWriterQueueUrl'] }).rejects(denied);

    const { out, err } = await shown({}, { json: true });

    expect(JSON.parse(out)).toMatchObject({
      verb: 'status',
      isHealthy: false,
      consumers: [{ name: 'metadata-writer', waiting: null, deadLetters: 0 }],
      problems: [expect.stringContaining('metadata-writer queue: cannot be asked')],
    });
    expect(err).toBe('');
  });

  test.each([
    ['since', '--since'],
    ['maxAge', '--max-age'],
  ])('refuses a value of %s that is no time, by its flag', async (name, flag) => {
    await expect(shown({ [name]: 'soon' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`${flag} `) as string,
    });
  });
});

const mapping = (State: string) =>
  lambda.on(ListEventSourceMappingsCommand).resolves({
    EventSourceMappings: [
      {
        State,
        EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:Sluice-prod-metadata-writer',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    ],
  });

describe('the state of a consumer', () => {
  test.each<[what: string, cut: () => unknown, state: string]>([
    ['on', () => mapping('Enabled'), 'on'],
    ['paused while it is being disabled too', () => mapping('Disabling'), 'paused'],
    ['what its mapping is on the way to', () => mapping('Enabling'), 'mapping enabling'],
    [
      'not known when the mapping cannot be asked',
      () => lambda.on(ListEventSourceMappingsCommand).rejects(denied),
      '?',
    ],
    ['not known when the rule cannot be asked', () => events.on(DescribeRuleCommand).rejects(denied), '?'],
    [
      'that of its rule first: what it lets by never waits',
      () => {
        mapping('Disabled');
        events.on(DescribeRuleCommand).resolves({ State: 'DISABLED', EventPattern: '{"source":["aws.s3"]}' });
      },
      'rule disabled',
    ],
  ])('is %s', async (_, cut, state) => {
    cut();

    expect((await cells())[1]).toBe(state);
  });

  test('is a question mark in every number that nobody could be asked for', async () => {
    sqs.on(GetQueueAttributesCommand).rejects(denied);
    for (const kind of ['Queue', 'DeadLetterQueue', 'RuleDeadLetterQueue']) {
      sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS[`MetadataWriter${kind}Url`] }).rejects(denied);
    }

    expect((await cells()).slice(2)).toEqual(['?', '?', '0', '–', '?', '?', '0']);
  });
});

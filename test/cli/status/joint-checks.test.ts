import type { DescribeArchiveResponse } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../cli/cli-error.ts';
import { jointChecks } from '../../../cli/status/joints.ts';
import type { PipelineLook } from '../../../cli/status/pipeline-look.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

const WELL: PipelineLook = {
  notification: { answer: { EventBridgeConfiguration: {}, $metadata: {} } },
  archive: { answer: { State: 'ENABLED', EventPattern: '{"source":["aws.s3"]}' } },
  tables: [{ name: 'uploads', status: { answer: 'ACTIVE' } }],
  consumers: [],
};

/** `name: state: detail` of each joint. */
const found = (change: Partial<PipelineLook>) =>
  jointChecks(mockedPipeline(), { ...WELL, ...change }).map(
    ({ name, state, detail }) => `${name}: ${state}: ${detail}`,
  );

const archive = (answer: DescribeArchiveResponse) => found({ archive: { answer } })[1];

describe('the joints of a pipeline', () => {
  test('are its bucket, its archive and its tables, where it has no consumers', () => {
    expect(found({})).toEqual([
      'bucket → bus: ok: ingest sends its events',
      'bus → archive: ok: enabled',
      'table uploads: ok: ACTIVE',
    ]);
  });

  test.each([
    ['UPDATING', 'ok: UPDATING'],
    ['CREATING', 'failed: it is CREATING, so that rows cannot be written'],
    ['unknown', 'failed: it is unknown, so that rows cannot be written'],
  ])('have a table that is %s', (answer, text) => {
    expect(found({ tables: [{ name: 'counts', status: { answer } }] }).at(-1)).toBe(`table counts: ${text}`);
  });

  test('have a table that is not there', () => {
    const status = { problem: new CliError('none'), isMissing: true };

    expect(found({ tables: [{ name: 'counts', status }] }).at(-1)).toBe(
      'table counts: failed: it is not there: rows cannot be written',
    );
  });

  test.each<[answer: DescribeArchiveResponse, text: string]>([
    [{}, 'failed: the archive is in no state: it keeps no events'],
    [{ State: 'CREATING' }, 'failed: the archive is CREATING: it keeps no events'],
    [
      { State: 'ENABLED' },
      'warning: the archive has no pattern: it keeps the events of everybody on the bus',
    ],
    [
      { State: 'ENABLED', EventPattern: '{"detail":{"object":{"key":[{"prefix":"csv/"}]}}}' },
      'failed: the archive’s pattern leaves out events of the bucket: {"detail":{"object":{"key":[{"prefix":"csv/"}]}}}',
    ],
    [
      { State: 'ENABLED', EventPattern: '{"detail-type":["Object Created"]}' },
      'failed: the archive’s pattern leaves out events of the bucket: {"detail-type":["Object Created"]}',
    ],
    [
      { State: 'ENABLED', EventPattern: '{"source":[]}' },
      'warning: nobody here can say what its pattern takes: {"source":[]}',
    ],
  ])('have an archive of %j', (answer, text) => {
    expect(archive(answer)).toBe(`bus → archive: ${text}`);
  });
});

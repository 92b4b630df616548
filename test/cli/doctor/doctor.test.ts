import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListReplaysCommand } from '@aws-sdk/client-eventbridge';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { diagnose } from '../../../cli/doctor/doctor.ts';
import {
  cloudFormation,
  errorNamed,
  events,
  metrics,
  NOW,
  OUTPUTS,
  REGION,
  resetMocks,
  sts,
} from '../../support/mocked-aws.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

beforeEach(resetMocks);

/** What is not well, apart from this checkout and this machine. */
async function inAws() {
  const { checks, exitCode, deployment } = await diagnose({
    target: 'aws',
    region: REGION,
    stack: 'Sluice-prod',
  });
  return {
    exitCode,
    deployment,
    checks,
    wrong: checks
      .filter(({ name, state }) => state !== 'ok' && name !== 'template')
      .map(({ name, state, detail }) => `${name}: ${state}: ${detail}`),
  };
}

/** As of a folder with this `runtime.json`. */
async function locally(runtimeJson?: string) {
  const dataDir = temporaryFolder('doctor');
  if (runtimeJson !== undefined) await writeFile(join(dataDir, 'runtime.json'), runtimeJson);
  const { checks, exitCode, deployment } = await diagnose({ target: 'local', dataDir });
  const of = (wanted: string) => checks.find(({ name }) => name === wanted);
  return { dataDir, exitCode, deployment, of };
}

describe('a diagnosis in AWS', () => {
  test('names what each consumer keeps, and ends well where all is well', async () => {
    const { exitCode, wrong, checks } = await inAws();

    expect({ exitCode, wrong }).toEqual({ exitCode: 0, wrong: [] });
    expect(checks.filter(({ name }) => name.endsWith(' keeps'))).toEqual([
      { name: 'metadata-writer keeps', state: 'ok', detail: 'rows' },
      { name: 'csv-row-counter keeps', state: 'ok', detail: 'rows' },
      { name: 'ledger-exporter keeps', state: 'ok', detail: 'lines' },
    ]);
  });

  test('goes on behind a permission that is lacking, and names each', async () => {
    events.on(ListReplaysCommand).rejects(errorNamed('AccessDeniedException', 'not you'));
    metrics.on(GetMetricDataCommand).rejects(errorNamed('AccessDeniedException', 'nor you'));

    const { exitCode, wrong } = await inAws();

    expect(exitCode).toBe(5);
    expect(wrong).toEqual([
      'metrics: failed: cannot be asked: access denied: nor you',
      'events:ListReplays *: failed: access denied: not you',
      'cloudwatch:GetMetricData *: failed: access denied: nor you',
    ]);
  });

  test('names a consumer of which the stack does not say what it keeps', async () => {
    const { LedgerExporterKeeps: _, ...outputs } = OUTPUTS;
    cloudFormation.on(DescribeStacksCommand).resolves({
      Stacks: [
        {
          StackName: 'Sluice-prod',
          CreationTime: NOW,
          StackStatus: 'CREATE_COMPLETE',
          Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    });

    const { exitCode, wrong } = await inAws();

    expect([exitCode, wrong]).toEqual([
      5,
      [expect.stringMatching(/^ledger-exporter keeps: failed: stack Sluice-prod does not say what/)],
    ]);
  });

  test('ends with the exit code of a connection that failed', async () => {
    sts.on(GetCallerIdentityCommand).rejects(errorNamed('ExpiredToken', 'too old'));

    expect(await inAws()).toMatchObject({
      exitCode: 7,
      deployment: null,
      wrong: ['connection: failed: AWS does not take these credentials (ExpiredToken): too old'],
    });
  });
});

describe('a diagnosis of a data folder', () => {
  test('in which nothing runs has its disk, and the exit code of nobody there', async () => {
    const { dataDir, exitCode, deployment, of } = await locally();

    expect({ exitCode, deployment }).toEqual({ exitCode: 6, deployment: null });
    expect(of('disk')?.detail).toContain(`free for ${dataDir}`);
    expect(of('connection')).toMatchObject({ state: 'failed', detail: `no pipeline runs from ${dataDir}` });
    expect(of('runtime.json')).toBeUndefined();
  });

  test('whose runtime.json is damaged says so', async () => {
    expect((await locally('{"pid')).of('runtime.json')).toMatchObject({
      state: 'warning',
      detail: 'damaged',
    });
  });

  test('whose runtime was killed says which, and that nothing is lost', async () => {
    // greater than any process id of Linux
    const { of } = await locally('{"pid":4194305}');

    expect(of('runtime.json')).toEqual({
      name: 'runtime.json',
      state: 'warning',
      detail: 'left by process 4194305, which is gone: it was killed',
      nextStep: 'nothing is lost: npm start takes up where it was',
    });
  });

  test('whose runtime is alive has nothing against it', async () => {
    expect((await locally(`{"pid":${process.pid}}`)).of('runtime.json')).toBeUndefined();
  });
});

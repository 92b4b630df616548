import { readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startCommand } from '../../shared/own-commands.ts';
import { toCliError } from '../pipeline/asked.ts';
import { failed, ok, type Check } from '../status/check.ts';
import { UNVERSIONED } from '../status/existing-bucket-checks.ts';
import { folderDiskCheck } from '../status/disk-check.ts';
import { connect, type ConnectionOptions } from '../pipeline/connection.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf, type RowTable } from '../pipeline/row-table.ts';
import { isAlive } from '../pipeline/process-alive.ts';
import { pipelineStatus } from '../status/pipeline-status.ts';
import { probesOf, type Probe } from './probes.ts';
import { removalsIn } from './removed-consumers.ts';
import { replacedBucketIn } from './replaced-bucket.ts';
import { templateCheck } from './template-check.ts';
import { deploymentText, type Deployment } from '../pipeline/deployment.ts';

export interface Diagnosis {
  readonly deployment: Deployment | null;
  readonly checks: readonly Check[];
  /** What is no fault, and good to know. */
  readonly notes: readonly string[];
  readonly exitCode: ExitCode;
}

const DEFAULT_PORT = 4566;
/** As `sluice status` without flags. */
const FAILURES_SINCE_MS = 3_600_000;
const MOST_AGE_MS = 900_000;

/** Looks at all that a pipeline needs, from Node to the last permission, and goes on after what is wrong. */
export async function diagnose(options: ConnectionOptions): Promise<Diagnosis> {
  const checks: Check[] = [nodeCheck(), await templateCheck(process.cwd())];
  if (options.target === 'local') checks.push(...(await folderChecks(options.dataDir ?? '.sluice')));
  let pipeline: Pipeline;
  try {
    pipeline = await connect(options);
  } catch (error) {
    const { message, nextStep, exitCode } = toCliError(error);
    checks.push({
      name: 'connection',
      state: 'failed',
      detail: message,
      ...(nextStep !== undefined && { nextStep }),
    });
    return { deployment: null, checks, notes: [], exitCode };
  }
  using connected = pipeline;
  checks.push({ name: 'connection', state: 'ok', detail: deploymentText(connected.deployment) });
  const kept = connected.consumers.map((consumer) => keptCheck(connected, consumer));
  const rowTables = kept.flatMap(({ table }) => table ?? []);
  const [joints, removals, replaced, permissions] = await Promise.all([
    jointsOf(connected),
    removalsIn(connected, process.cwd()),
    replacedBucketIn(connected, process.cwd()),
    Promise.all(probesOf(connected, rowTables).map((probe) => probeCheck(probe, connected.deployment))),
  ]);
  // the runtime's disk is that of the data folder, which has its check already
  const others = joints.filter(({ name }) => !checks.some((check) => check.name === name));
  checks.push(...kept.map(({ check }) => check), ...others, ...removals.checks);
  checks.push(...(replaced.check === undefined ? [] : [replaced.check]), ...permissions);
  const isWell = checks.every(({ state }) => state !== 'failed');
  const notes = [
    ...(connected.existingBucket?.versioned === false ? [`${connected.ingestBucket}: ${UNVERSIONED}`] : []),
    ...removals.notes,
    ...(replaced.note === undefined ? [] : [replaced.note]),
  ];
  return { deployment: connected.deployment, checks, notes, exitCode: isWell ? EXIT.done : EXIT.unhealthy };
}

/** Whether the stack says what the consumer keeps, and the table where it keeps rows. */
function keptCheck(pipeline: Pipeline, consumer: Consumer): { check: Check; table?: RowTable | undefined } {
  const name = `${consumer.name} keeps`;
  try {
    const keeps = pipeline.keepsOf(consumer);
    const what = keeps === 'nothing' ? keeps : (Object.keys(keeps)[0] ?? '');
    return { check: ok(name, what), table: rowTableOf(pipeline, consumer) };
  } catch (error) {
    const { message, nextStep } = toCliError(error);
    return { check: failed(name, message, nextStep) };
  }
}

/** What `sluice status` finds, part by part. */
async function jointsOf(pipeline: Pipeline): Promise<readonly Check[]> {
  const { consumers } = pipeline;
  const since = new Date((await pipeline.now()).getTime() - FAILURES_SINCE_MS);
  return (await pipelineStatus(pipeline, { consumers, since, mostAgeMs: MOST_AGE_MS })).joints;
}

async function probeCheck({ action, resource, run }: Probe, deployment: Deployment): Promise<Check> {
  const name = `${action} ${resource}`;
  try {
    await run();
    return { name, state: 'ok', detail: 'answered' };
  } catch (error) {
    const { message, nextStep } = toCliError(error, deployment);
    return { name, state: 'failed', detail: message, ...(nextStep !== undefined && { nextStep }) };
  }
}

function nodeCheck(): Check {
  const isRight = Number(process.versions.node.split('.')[0]) >= 24;
  return isRight
    ? { name: 'node', state: 'ok', detail: process.version }
    : {
        name: 'node',
        state: 'failed',
        detail: `${process.version}, and 24 is needed`,
        nextStep: 'run `npm ci`, which brings it, and call through npm',
      };
}

async function folderChecks(dataDir: string): Promise<Check[]> {
  const checks: Check[] = [];
  const space = await statfs(dataDir).catch(() => undefined);
  if (space !== undefined) {
    checks.push(folderDiskCheck(space.bavail * space.bsize, dataDir));
  }
  const pid = await pidIn(dataDir);
  if (pid !== undefined && (Number.isNaN(pid) || !isAlive(pid))) {
    checks.push({
      name: 'runtime.json',
      state: 'warning',
      detail: Number.isNaN(pid) ? 'damaged' : `left by process ${pid}, which is gone: it was killed`,
      nextStep: `nothing is lost: ${startCommand()} takes up where it was`,
    });
  }
  if (pid === undefined && !(await isFree(DEFAULT_PORT))) {
    checks.push({
      name: 'port',
      state: 'warning',
      detail: `${DEFAULT_PORT} is taken by another program`,
      nextStep: startCommand('--port N'),
    });
  }
  return checks;
}

/** NaN when it cannot be read out of the file. */
async function pidIn(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'runtime.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(/"pid":(\d+)/.exec(text)?.[1]);
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../shared/pause.ts';
import { parseArgs, styleText } from 'node:util';
import { onParentGone } from '../../shared/parent-gone.ts';
import { reportTrouble } from '../start/report-trouble.ts';
import { Runtime } from '../../local/runtime.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { synthesizeOwn } from '../start/own-app.ts';
import { changes, mistakes, replayedIn, replayMistakes, type UploadedSample } from './checks.ts';
import { PipelineClient } from './pipeline-client.ts';
import { SAMPLES } from './samples.ts';
import { distinctEvents, linesOf, type Row, type Stored } from './stored.ts';
import { outcomeTable } from './outcome-table.ts';

const HELP = `Usage: npm run demo [-- --keep]

Runs the whole pipeline on this machine in an empty temporary folder: uploads sample files, shows what each consumer
made of each, replays everything, and checks every result. Exit code 0: all is as it must be.

  --keep        leave the data folder, to look at with npm start -- --data-dir FOLDER
  -h, --help    this text
`;

const LOOK_AGAIN_MS = 10;
const PATIENCE_MS = 120_000;

const say = (line = '') => void process.stdout.write(`${line}\n`);
const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;

async function drained(runtime: Runtime): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!runtime.workload.isDrained()) {
    if (performance.now() > deadline) {
      throw new Error(`not drained after two minutes: ${JSON.stringify(runtime.answers.status())}`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** @returns what was not as it must be */
async function demonstrate(runtime: Runtime, client: PipelineClient): Promise<string[]> {
  const startedAt = new Date();
  const began = performance.now();
  const samples: UploadedSample[] = [];
  for (const sample of SAMPLES) {
    samples.push({ ...sample, sizeBytes: await client.upload(sample) });
    if (sample.afterwards === 'deleted') await client.delete(sample.key);
  }
  await drained(runtime);
  const before = await client.stored();
  const events = mostEvents(linesOf(before));
  say(`${samples.length} uploads and a delete, ${events} events, all of it done after ${seconds(began)}:\n`);
  say(outcomeTable(samples, before, process.stdout.isTTY ? process.stdout.columns : Infinity));
  const wrong = mistakes(samples, before);

  const replayBegan = performance.now();
  await client.replayAll(startedAt);
  await drained(runtime);
  const after = await client.stored();
  const changed = changes(before, after);
  for (const lines of linesOf(after)) {
    changed.push(...replayMistakes(lines));
  }
  const replayed = mostEvents(linesOf(after).map(replayedIn));
  say(
    `\nReplayed ${replayed} events to every consumer in ${seconds(replayBegan)}: ` +
      `${rowsIn(before)} rows, ${changed.length === 0 ? 'not one changed' : styleText('red', 'and something changed')}.`,
  );
  return [...wrong, ...changed];
}

/** Consumers of lines hear of different changes: the most that one of them names. */
const mostEvents = (lines: readonly (readonly Row[])[]): number =>
  Math.max(0, ...lines.map((ofOne) => distinctEvents(ofOne).size));

const rowsIn = (stored: Stored): number =>
  stored.reduce((sum, { kept }) => sum + (kept !== 'nothing' && 'rows' in kept ? kept.rows.size : 0), 0);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  const directory = 'cdk.out';
  const region = 'us-east-1';
  const told = { context: { stage: 'dev' }, account: ACCOUNT_ID, region };
  await synthesizeOwn({ projectDir: process.cwd(), directory, ...told });
  const runtime = await Runtime.start({ assemblyDir: directory, dataDir, port: 0, region });
  const client = new PipelineClient(runtime.description());
  const interrupt = (): void => {
    process.stderr.write('stopping …\n');
    void runtime.stop().then(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(130);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  onParentGone(interrupt);
  let wrong: string[];
  try {
    wrong = await demonstrate(runtime, client);
  } finally {
    client.close();
    await runtime.stop();
    if (values.keep !== true) rmSync(dataDir, { recursive: true, force: true });
  }
  for (const mistake of wrong) say(styleText('red', `✖ ${mistake}`));
  if (values.keep === true) say(`\nIts data: npm start -- --data-dir ${dataDir}`);
  if (wrong.length === 0) say(`\nEverything is as it must be. Next: ${styleText('bold', 'npm start')}`);
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = await reportTrouble('npm run demo', main);

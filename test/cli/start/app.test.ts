import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { appOf, type App } from '../../../cli/start/app.ts';
import { SynthError, synthesizeIfStale } from '../../../cli/start/synth.ts';
import { processesOf } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Stands for an app: leaves what it was told where an assembly goes. */
const WRITES_WHAT_IT_WAS_TOLD = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION } = process.env;
  mkdirSync(CDK_OUTDIR, { recursive: true });
  const told = { context: JSON.parse(CDK_CONTEXT_JSON), account: CDK_DEFAULT_ACCOUNT, region: CDK_DEFAULT_REGION,
    node: process.execPath, cwd: process.cwd() };
  writeFileSync(CDK_OUTDIR + '/manifest.json', JSON.stringify(told));`;

let project: string;
const never = new AbortController().signal;
const write = (file: string, text: string): void => writeFileSync(join(project, file), text);

/** The app of a project with this command. */
function appOfCommand(command: string, context: Readonly<Record<string, string>> = {}): App {
  write('cdk.json', JSON.stringify({ app: command, context: { stage: 'test', kept: true } }));
  return appOf({
    projectDir: project,
    context,
    account: '000000000000',
    region: 'eu-west-1',
    dataDir: join(project, 'data'),
  });
}

beforeEach(() => {
  project = temporaryFolder('app');
  write('app.cjs', WRITES_WHAT_IT_WAS_TOLD);
});

describe("another project's app", () => {
  test('is run in its folder by this Node, with its context under that of the flags', async () => {
    const app = appOfCommand('node app.cjs', { stage: 'team-2', bucket: 'uploads' });

    await app.run(app.synth.directory, never);

    expect(app.synth.directory).toBe(join(project, 'cdk.out'));
    expect(JSON.parse(readFileSync(join(project, 'cdk.out/manifest.json'), 'utf8'))).toEqual({
      context: { stage: 'team-2', kept: true, bucket: 'uploads' },
      account: '000000000000',
      region: 'eu-west-1',
      node: process.execPath,
      cwd: project,
    });
  });

  test('is told the context that cdk.json has now, not that of the start', async () => {
    const app = appOfCommand('node app.cjs');
    appOfCommand('node app.cjs -- another');
    write('cdk.json', JSON.stringify({ app: 'node app.cjs', context: { stage: 'changed' } }));

    await app.resynth().synthesize(app.synth.directory);

    expect(JSON.parse(readFileSync(join(project, 'cdk.out/manifest.json'), 'utf8'))).toMatchObject({
      context: { stage: 'changed' },
    });
  });

  test('that fails is told with all that it printed', async () => {
    const app = appOfCommand('echo out; echo "Error: no such consumer" >&2; exit 7');

    const failure = app.run(app.synth.directory, never);

    await expect(failure).rejects.toThrow(SynthError);
    await expect(failure).rejects.toThrow(
      /the app of .*cdk\.json failed \(echo out; .*: exit code 7\): out\nError: no such consumer$/,
    );
  });

  test('that writes no assembly is told, also when one of before is there', async () => {
    const app = appOfCommand('node app.cjs');
    await app.run(app.synth.directory, never);
    const forgetful = appOfCommand('echo done');

    await expect(forgetful.run(app.synth.directory, never)).rejects.toThrow(
      /wrote no assembly to .*cdk\.out; it must make an App without an outdir of its own, .* It printed: done/,
    );
  });

  test('ends with all that it has started when it is stopped', async () => {
    const stop = new AbortController();
    const app = appOfCommand(`"${process.execPath}" -e "setInterval(() => {}, 1e6)" ${project}/marker; true`);
    const ended = app.run(app.synth.directory, stop.signal).catch(String);
    await waitFor(() => processesOf(`${project}/marker`).length > 0, 'the app to run');

    stop.abort();

    expect(await ended).toMatch(/SIGKILL/);
    await waitFor(() => processesOf(`${project}/marker`).length === 0, 'every process to be gone');
  });

  test('is made from every file of its folder but what is installed and what is made', async () => {
    const app = appOfCommand('node app.cjs');
    const again = async () =>
      synthesizeIfStale(app.synth, async (directory) => app.resynth().synthesize(directory));
    mkdirSync(join(project, 'lib'));
    mkdirSync(join(project, 'data'));
    symlinkSync(project, join(project, 'lib/round-and-round'));
    expect(await again()).toBe(true);
    expect(await again()).toBe(false);

    for (const file of ['data/sluice.db', '.env', 'cdk.out/more.json', 'node_modules']) write(file, 'made');
    expect(await again()).toBe(false);
    write('lib/handler.ts', 'a source');
    expect(await again()).toBe(true);
  });
});

test('this checkout knows its sources, and another folder does not pass for it', () => {
  const told = { context: {}, account: '000000000000', region: 'eu-west-1', dataDir: '.sluice' };
  const checkout = resolve(import.meta.dirname, '../../..');

  expect(appOf({ projectDir: checkout, ...told })).toMatchObject({ hasKnownSources: true });
  write('cdk.json', readFileSync(join(checkout, 'cdk.json'), 'utf8'));
  expect(appOf({ projectDir: project, ...told })).toMatchObject({ hasKnownSources: false });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import { onlyFirst, synthesize } from '../../infra/support/pipeline-template.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const template = synthesize({}, onlyFirst);

const stack = (name: string) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: `${name}.json`, stackName: name },
});

/** A folder as the CDK writes it, with these stacks; one in a folder of a stage of the app. */
function assemblyOf(...names: readonly string[]): string {
  const dir = temporaryFolder('assembly');
  const [nested = '', ...flat] = names.toReversed();
  mkdirSync(join(dir, 'assembly-Stage'));
  for (const [folder, held] of [
    ['', [...flat, 'Other']],
    ['assembly-Stage', [nested]],
  ] as const) {
    const stacks = Object.fromEntries(held.map((name) => [`Id${name}`, stack(name)]));
    const stage = { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } };
    const artifacts = folder === '' ? { ...stacks, Stage: stage } : stacks;
    writeFileSync(join(dir, folder, 'manifest.json'), JSON.stringify({ artifacts }));
    for (const name of held) {
      writeFileSync(
        join(dir, folder, `${name}.json`),
        JSON.stringify(name === 'Other' ? { Resources: {} } : template),
      );
    }
  }
  return dir;
}

async function routes(args: readonly string[], columns?: number) {
  const streams = fakeStreams(columns);
  const exitCode = await sluice(['routes', ...args], streams);
  return { exitCode, stdout: streams.out(), stderr: streams.err() };
}

describe('sluice routes', () => {
  test('says of each key what each consumer makes of it, a line a pair in a pipe', async () => {
    const { exitCode, stdout } = await routes([
      'images/b.png',
      'csv/r.txt',
      '--assembly',
      assemblyOf('Files'),
    ]);

    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'images/b.png\tmetadata-writer\twanted\t',
      'images/b.png\tcsv-row-counter\tnot-matched\t',
      'images/b.png\tledger-exporter\twanted\t',
      'csv/r.txt\tmetadata-writer\twanted\t',
      'csv/r.txt\tcsv-row-counter\tskipped\tnot named as a CSV',
      'csv/r.txt\tledger-exporter\twanted\t',
      '',
    ]);
  });

  test('shows a table on a terminal, and why a consumer skips a key', async () => {
    const { stdout } = await routes(['csv/a.csv', 'csv/r.txt', '--assembly', assemblyOf('Files')], 80);

    expect(stdout).toContain('✔  ✔  ✔  csv/a.csv');
    expect(stdout).toContain('✔  –  ✔  csv/r.txt');
    expect(stdout).toContain('csv-row-counter skips it: not named as a CSV');
  });

  test('ends with 3 when nobody wants any of the keys', async () => {
    expect(await routes(['folder/', '--assembly', assemblyOf('Files')])).toMatchObject({ exitCode: 3 });
  });

  test('chooses a stack by its name, and wants one where there are several', async () => {
    const assembly = assemblyOf('Files', 'More');

    const named = await routes(['csv/a.csv', '--assembly', assembly, '--stack', 'More', '--json']);
    const unnamed = await routes(['csv/a.csv', '--assembly', assembly]);

    expect(JSON.parse(named.stdout)).toMatchObject({ stack: 'More', pipeline: 'Default' });
    expect(unnamed.exitCode).toBe(2);
    expect(unnamed.stderr).toContain('name one with --stack: Files, More');
  });

  test('draws the consumers', async () => {
    const { exitCode, stdout } = await routes(['--diagram', '--assembly', assemblyOf('Files')]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^flowchart LR\n/);
    expect(stdout).toContain('CsvRowCounter["csv-row-counter"]');
  });

  test.each<[string[], number, string]>([
    [[], 2, 'there is no key to route'],
    [['a', '--assembly', 'no-such-folder'], 1, 'synthesize it with `npm run synth`'],
    [['a', '--kind', 'markr'], 2, 'did you mean marker?'],
    [['a', '--kind', 'put', '--deleted'], 2, 'leave one of them out'],
    [['a', '--stack', 'Nobody', '--assembly', assemblyOf('Files')], 2, 'holds no stack Nobody'],
    [['a', '--pipeline', 'Nobody', '--assembly', assemblyOf('Files')], 2, 'one of Default'],
  ])('refuses %j with %i, and says what to do', async (args, code, words) => {
    const { exitCode, stdout, stderr } = await routes(args);

    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(words);
  });
});

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sluice as sluiceOn } from '../../cli/command-line.ts';
import { widthOf } from '../../cli/terminal/table.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeStreams, type FakeStreams } from '../support/fake-streams.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { runInside, sluiceInside } from '../support/sluice-inside.ts';
import { sluice, startSluice } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

const VERBS = 'put ls rm status replay redrive dead backfill verify logs doctor env schema cost empty'.split(
  ' ',
);

let pipeline: PipelineUnderTest;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** In a terminal of so many columns, inside this process. */
async function inTerminal(columns: number, ...args: string[]): Promise<FakeStreams & { exitCode: number }> {
  const streams = fakeStreams(columns);
  const exitCode = await sluiceOn([...args, '--data-dir', pipeline.dataDir], streams);
  return { ...streams, exitCode };
}

describe('help', () => {
  test('lists every verb, and the exit codes', async () => {
    const { exitCode, stdout } = await runInside('--help');

    expect(exitCode).toBe(0);
    for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    expect(stdout).toContain('130 interrupted');
  });

  test.each([...VERBS, 'dead list', 'dead show', 'dead purge'])('of %s has an example', async (verb) => {
    const streams = fakeStreams();

    expect(await sluiceOn([...verb.split(' '), '--help'], streams)).toBe(0);
    expect(streams.out()).toContain(`\n  sluice ${verb}`);
  });

  test('says the version', async () => {
    expect(await sluice(['-V'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });
});

describe('a wrong command line', () => {
  test.each([
    [['statsu'], 'Did you mean status?'],
    [['ls', '--jsn'], 'Did you mean --json?'],
    [['ls', '--target', 'moon'], 'Allowed choices are local, aws'],
    [['put', 'x'], 'there is no destination'],
    [['put', '/does/not/exist', 'csv/'], '/does/not/exist'],
    [['ls', '--limit', 'many'], '--limit "many"'],
    [['rm'], "missing required argument 'keys'"],
    [['rm', '--recursive', ''], 'the whole bucket'],
    [['ls', 's3://another-bucket/x'], 's3://another-bucket/x'],
    [['replay'], '--since is missing'],
    [['replay', '--since', 'yesterday'], 'no time'],
    [['replay', '--since', '1h', '--until', '2h', '--dry-run'], 'is not before'],
    [['replay', '--since', '1h', '--name', 'two words', '--dry-run'], 'two words'],
    [['logs', '--consumer', 'nobody'], 'one of metadata-writer, csv-row-counter, ledger-exporter'],
    [['redrive', '--older-than', 'long'], 'no length of time'],
    [['backfill', '--resume', '--restart'], 'exclude one another'],
    [['verify', '--grace', '-1s'], '--grace'],
    [['logs', '--filter', '{'], '--filter "{" is refused'],
    [['logs', '--since', '99999999999999d'], 'no time'],
    [['logs', '--follow', '--until', '1h'], 'cannot be used with'],
    [['status', '--since', '2099-01-01'], 'in the future'],
    [['status', '--version-id', 'x'], '--version-id is of an object'],
    [['status', 'csv/a.csv', '--since', '1h'], 'of the whole pipeline'],
    [['replay', 'cancel', 'nothing'], 'add --yes'],
    [['replay', 'lst'], 'replay list'],
    [['replay', '--since', '99999999999999d'], 'no time'],
    [['cost', '--csv-share', '2'], '--csv-share'],
  ])('%j is refused with exit code 2, and says why', async (args, why) => {
    const streams = fakeStreams();
    const target = args[0] === 'cost' || args[0] === 'statsu' ? [] : ['--data-dir', pipeline.dataDir];

    expect(await sluiceOn([...args, ...target], streams)).toBe(2);
    expect(streams.err()).toContain(why);
    expect(streams.out()).toBe('');
  });
});

test.each([
  [['ls\u001b[2J']],
  [['ls', '--j\u009bson']],
  [['ls', '--target', 'mo\u202eon']],
  [['ls', '--target=mo\u200b\non']],
  [['ls', '--limit', '\u202e1']],
  [['ls', 'csv/\u200b\u009b']],
  [['rm', '\u001b]0;x\u0007', '--yes']],
  [['dead', 'show', '\u009b']],
  [['nothing\ud800']],
])('of %j the errors show every character that hides, or that a terminal would obey', async (args) => {
  const streams = fakeStreams();
  const target = args.length === 1 ? [] : ['--data-dir', pipeline.dataDir];

  expect(await sluiceOn([...args, ...target], streams)).not.toBe(0);
  expect(streams.err()).toMatch(/\\u(001b|009b|202e|200b|d800)/);
  expect(streams.out() + streams.err().replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
});

describe('without a pipeline', () => {
  test('says how to start one', async () => {
    const ran = await sluice(['ls', '--data-dir', temporaryFolder('nobody')]);

    expect(ran).toMatchObject({ exitCode: 6, stdout: '' });
    expect(ran.stderr).toContain('npm start');
  });

  test('that was killed says so too, and never speaks to another host', async () => {
    const folder = temporaryFolder('killed');
    const description = {
      endpoint: 'http://127.0.0.1:9',
      region: 'r',
      account: '0',
      stackName: 's',
      outputs: {},
    };
    writeFileSync(join(folder, 'runtime.json'), JSON.stringify(description));
    const killed = await runInside('ls', '--data-dir', folder);
    writeFileSync(
      join(folder, 'runtime.json'),
      JSON.stringify({ ...description, endpoint: 'https://s3.amazonaws.com' }),
    );
    const other = await runInside('ls', '--data-dir', folder);

    expect(killed).toMatchObject({ exitCode: 6 });
    expect(other).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is not of this machine') as string,
    });
  });
});

describe('what is printed', () => {
  const key = `long/${'ä'.repeat(60)}/\u202egnp.exe`;

  beforeAll(async () => {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: key, Body: 'x' }));
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/a\tb.csv', Body: 'x' }));
  });

  test('into a pipe is a line an object with tabs between its fields, without colours', async () => {
    const { stdout } = await sluice(['ls', 'csv/'], { pipeline, env: { NO_COLOR: '', FORCE_COLOR: '' } });

    expect(stdout.split('\n')[0]?.split('\t')).toEqual([
      'csv/a\\u0009b.csv',
      '1',
      expect.stringMatching(/^\d{4}-/),
      'metadata-writer, csv-row-counter, ledger-exporter',
    ]);
  });

  test.each([200, 80, 40])(
    'into a terminal of %i columns is a table with whole keys, and no key can turn a line around',
    async (columns) => {
      const { exitCode, out } = await inTerminal(columns, 'ls', 'long/');

      expect(exitCode).toBe(0);
      expect(out()).toContain(`long/${'ä'.repeat(60)}/\\u202egnp.exe`);
      expect(out()).not.toContain('\u202e');
      for (const name of ['metadata-writer', 'csv-row-counter', 'ledger-exporter']) {
        expect(out()).toContain(name);
      }
      const others = out()
        .trimEnd()
        .replace(/long.*exe/, '')
        .split('\n');
      for (const line of others) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    },
  );

  test('by --json can be read by the next program, which may stop reading', async () => {
    const command = `"${process.execPath}" cli/main.ts ls --json --data-dir "${pipeline.dataDir}"`;
    const pick = `"${process.execPath}" -e "let t='';process.stdin.on('data',c=>t+=c).on('end',()=>console.log(JSON.parse(t).objects.length))"`;

    expect(await inShell(`${command} | ${pick}`)).toEqual({ exitCode: 0, stdout: '2\n' });
    expect(await inShell(`${command} | head -c 1`)).toEqual({ exitCode: 0, stdout: '{' });
  });
});

describe('a question', () => {
  test('is answered in the terminal', async () => {
    const remove = async (answer: string) => {
      const streams = fakeStreams(80);
      const running = sluiceOn(['rm', '--recursive', 'asked/', '--data-dir', pipeline.dataDir], streams);
      await waitFor(() => streams.err().includes('[y/N]'), 'the question');
      (streams.stdin as unknown as NodeJS.WritableStream).write(`${answer}\n`);
      return await running;
    };
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'asked/a', Body: 'x' }));

    expect(await remove('n')).toBe(1);
    expect((await sluiceInside(pipeline, 'ls', 'asked/')).exitCode).toBe(0);
    expect(await remove('y')).toBe(0);
    expect((await sluiceInside(pipeline, 'ls', 'asked/')).exitCode).toBe(3);
  });

  test('without a terminal is refused, and nothing happens', async () => {
    const ran = await sluice(['rm', '--recursive', 'long/'], { pipeline, input: 'y\n' });

    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') as string });
    expect((await sluiceInside(pipeline, 'ls', 'long/')).exitCode).toBe(0);
  });

  test('for a number wants the very number', async () => {
    const QueueUrl = pipeline.output('CsvRowCounterQueueUrl');
    for (const n of [1, 2]) {
      await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `no json ${n}` }));
    }
    await pipeline.drain();

    expect((await sluiceInside(pipeline, 'dead', 'purge', '--count', '3')).exitCode).toBe(2);
    expect((await sluiceInside(pipeline, 'dead', 'purge', '--count', '2')).exitCode).toBe(0);
    expect((await sluiceInside(pipeline, 'dead', 'list')).exitCode).toBe(3);
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s to npx sluice reaches the program', async (signal) => {
  const child = spawn(
    process.execPath,
    ['cli/sluice.mjs', 'status', '--watch', '--data-dir', pipeline.dataDir],
    {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await new Promise((seen) => child.stdout.once('data', seen));
  child.kill(signal);

  expect(await new Promise((ended) => child.once('exit', ended))).toBe(130);
});

test('Ctrl-C ends what watches, with exit code 130', async () => {
  const running = startSluice(['status', '--watch', '--json'], { pipeline });
  await waitFor(() => running.stdout().includes('\n'), 'the first look');
  running.child.kill('SIGINT');

  expect(await running.ended).toMatchObject({ exitCode: 130 });
});

async function inShell(command: string): Promise<{ exitCode: number | null; stdout: string }> {
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  return await new Promise((done) => {
    child.once('close', (exitCode) => done({ exitCode, stdout }));
  });
}

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const REPORT = resolve(import.meta.dirname, '../../../cli/start/report-trouble.ts');
const STRAY = resolve(import.meta.dirname, '../../../cli/console/stray-errors.ts');
const OPTIONS = resolve(import.meta.dirname, '../../../cli/start/start-options.ts');
const SYNTH = resolve(import.meta.dirname, '../../../cli/start/synth.ts');

/** A program of its own whose work is this, and what it became. */
async function ran(work: string, program = 'npm start', after = '') {
  const code = `
    import { reportTrouble } from ${JSON.stringify(REPORT)};
    import { UsageError } from ${JSON.stringify(OPTIONS)};
    import { SynthError } from ${JSON.stringify(SYNTH)};
    process.exitCode = await reportTrouble(${JSON.stringify(program)}, async () => { ${work} });`;
  const shell = `"$0" --input-type=module -e "$1" ${after}`;
  const child = spawn('/bin/sh', ['-c', shell, process.execPath, code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((end) => {
    child.once('close', end);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await ended, stdout, stderr };
}

describe('a program', () => {
  test('ends with the exit code of its work', async () => {
    expect(await ran("process.stdout.write('done'); return 0;")).toEqual({
      exitCode: 0,
      stdout: 'done',
      stderr: '',
    });
    expect(await ran('return 1;')).toMatchObject({ exitCode: 1, stderr: '' });
  });

  test.each([
    ['npm start', 'npm start: no such flag; see npm start -- --help\n'],
    ['sluice start', 'sluice start: no such flag; see sluice start --help\n'],
  ])('%s names its help, with exit code 2, where the command line is wrong', async (program, stderr) => {
    expect(await ran("throw new UsageError('no such flag');", program)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr,
    });
  });

  test('says in one sentence what a user can cause, and escapes what the terminal would obey', async () => {
    expect(await ran("throw new SynthError('it failed: \\u001b[2J');")).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'npm start: it failed: \\u001b[2J\n',
    });
  });

  test('says what the machine means, and what to do', async () => {
    const { exitCode, stderr } = await ran("(await import('node:fs')).mkdirSync('/proc/none'); return 0;");

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^npm start: there is no such file or folder, .*\(ENOENT.*\); name another path\n$/,
    );
  });

  test('shows the stack of a mistake of its own, also of one that nobody waits for', async () => {
    const awaited = await ran("throw new TypeError('a mistake');");
    const unawaited = await ran(
      "setImmediate(() => { throw new TypeError('a mistake'); }); await new Promise((r) => setTimeout(r, 60_000)); return 0;",
    );

    for (const { exitCode, stderr } of [awaited, unawaited]) {
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^npm start: TypeError: a mistake\n +at /);
    }
  });

  test('goes on after an error that a verb of its console left behind, and says whose it is', async () => {
    const { exitCode, stdout, stderr } = await ran(`
      const { asVerb } = await import(${JSON.stringify(STRAY)});
      const { once, EventEmitter } = await import('node:events');
      const said = new EventEmitter();
      process.on('uncaughtException', () => said.emit('one'));
      asVerb('ls', () => setImmediate(() => { throw new TypeError('thrown \\u001b[2J'); }));
      await once(said, 'one');
      asVerb('verify --json', () => void (async () => { await null; throw new TypeError('rejected'); })());
      await once(said, 'one');
      process.stdout.write('went on');
      return 0;`);

    expect([exitCode, stdout]).toEqual([0, 'went on']);
    expect(stderr).toContain(
      "the console's verb ls left an error that nobody caught: TypeError: thrown \\u001b[2J\n    at ",
    );
    expect(stderr).toContain(
      "the console's verb verify --json left an error that nobody caught: TypeError: rejected\n    at ",
    );
  });

  test('goes on when nobody reads what it writes', async () => {
    const { stderr } = await ran(
      "const write = (n) => new Promise((r) => process.stdout.write('x'.repeat(1e6), () => r(n))); for (let n = 0; n < 5; n++) await write(n); process.stderr.write('went on'); return 0;",
      'npm start',
      '| true',
    );

    expect(stderr).toBe('went on');
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { start } from './npm-start.ts';
import { PipelineUnderTest } from './pipeline.ts';
import { ASSEMBLY_DIR } from './assembly.ts';
import { Screen } from './screen.ts';
import { sluice } from './sluice.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { refuseUnhandledIn } from './unhandled.ts';
import { waitFor } from './wait-for.ts';

/** Lets each Node process that is started from here run a module first. */
function runFirst(code: string): void {
  const file = join(temporaryFolder('first'), 'first.mjs');
  writeFileSync(file, code);
  process.env['NODE_OPTIONS'] = `--import ${file}`;
}

afterEach(() => {
  delete process.env['NODE_OPTIONS'];
});

const REJECTION = "void Promise.reject(new Error('a stray rejection'))";

describe('a test fails after a rejection that nobody handled', () => {
  test('in a command line', async () => {
    runFirst(`setImmediate(() => ${REJECTION});`);

    await expect(sluice(['status'])).rejects.toThrow(/nobody handled:[^]*a stray rejection/);
  });

  test('in a start that ends by itself', async () => {
    runFirst(`setImmediate(() => ${REJECTION});`);

    await expect(start('--help')).rejects.toThrow(/nobody handled:[^]*a stray rejection/);
  });

  test('in a start that is watched on a screen, when it is disposed of', async () => {
    runFirst(`process.on('SIGHUP', () => ${REJECTION});`);
    const screen = new Screen(['--assembly', ASSEMBLY_DIR]);
    await screen.summary();
    process.kill(screen.pid, 'SIGHUP');
    await screen.line(/a stray rejection/);

    await expect(screen[Symbol.asyncDispose]()).rejects.toThrow(/nobody handled:[^]*a stray rejection/);
  });

  test('in a pipeline, at the latest when it is disposed of', async () => {
    runFirst(`process.on('SIGHUP', () => ${REJECTION});`);
    const pipeline = await PipelineUnderTest.start();

    process.kill(pipeline.pid, 'SIGHUP');
    await waitFor(async () => {
      const answers = await pipeline.status().catch(() => undefined);
      return answers === undefined;
    }, 'the runtime to end');

    await expect(pipeline[Symbol.asyncDispose]()).rejects.toThrow(/nobody handled:[^]*a stray rejection/);
  });

  test('in a function, which says so in its log', () => {
    const line =
      '2026-11-26T00:00:00.000Z\tundefined\tERROR\tUnhandled Promise Rejection \t{"errorType":"Error"}';

    expect(() => refuseUnhandledIn(new Map([['a.log', `START\n${line}\n`]]))).toThrow(line);
    expect(() => refuseUnhandledIn(new Map([['a.log', 'START\nEND\n']]))).not.toThrow();
  });
});

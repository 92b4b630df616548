import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import { fakeStreams } from '../../support/fake-streams.ts';

const ajv = new Ajv2020();
ajv.addFormat('date-time', true);

async function schema(...words: string[]) {
  const streams = fakeStreams();
  const exitCode = await sluice(['schema', ...words], streams);
  return { exitCode, stdout: streams.out(), stderr: streams.err() };
}

describe('sluice schema', () => {
  test('prints the schema of a verb’s document, which a validator takes', async () => {
    const { exitCode, stdout } = await schema('dead', 'purge');

    const isValid = ajv.compile(JSON.parse(stdout) as object);
    const target = { kind: 'local', account: '111122223333', region: 'eu-west-1', stack: 'Sluice-dev' };
    const told = { dryRun: false, groups: [], matched: 3, purged: 3, notFound: [] };
    const document = { schemaVersion: 1, verb: 'dead purge', target, ...told };
    expect(exitCode).toBe(0);
    expect(isValid(document)).toBe(true);
    expect(isValid({ ...document, purged: -1 })).toBe(false);
    expect(isValid({ ...document, more: true })).toBe(false);
    expect(isValid({ ...document, target: { ...target, kind: 'moon' } })).toBe(false);
  });

  test('without a verb lists the documents, a line each', async () => {
    const { exitCode, stdout } = await schema();

    expect(exitCode).toBe(0);
    expect(stdout).toContain('rm\tWhat was removed, or with --dry-run would be.\n');
    expect(stdout.split('\n')).toHaveLength(39 + 1);
  });

  test('of a word that is no verb is refused with exit code 2, and names those that there are', async () => {
    const { exitCode, stdout, stderr } = await schema('dead', 'lst');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('"dead lst"');
    expect(stderr).toContain('dead list, dead show');
  });
});

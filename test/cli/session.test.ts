import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Command } from 'commander';
import { beforeEach, describe, expect, test } from 'vitest';
import { EXIT, type ExitCode } from '../../cli/exit-code.ts';
import {
  collect,
  Session,
  withConsumers,
  withTarget,
  type CommonFlags,
  type Work,
} from '../../cli/session.ts';
import { fakeStreams } from '../support/fake-streams.ts';
import { errorNamed, REGION, resetMocks, sts } from '../support/mocked-aws.ts';

beforeEach(resetMocks);

const FLAGS: CommonFlags = { target: 'aws', region: REGION, stack: 'Sluice-prod' };

async function ran(work: Work, signal = new AbortController().signal, flags: Partial<CommonFlags> = {}) {
  const streams = fakeStreams();
  const session = new Session(streams, signal);
  await session.run({ ...FLAGS, ...flags }, work);
  return { exitCode: session.exitCode, out: streams.out(), err: streams.err() };
}

describe('a session', () => {
  test.each<ExitCode>([EXIT.done, EXIT.nothingMatched, EXIT.unhealthy])(
    'ends with the exit code of its work: %d',
    async (exitCode) => {
      expect((await ran(async () => exitCode)).exitCode).toBe(exitCode);
    },
  );

  test('says which pipeline it is about, beside the data', async () => {
    const { out, err } = await ran(async ({ terminal }) => {
      terminal.line('data');
      return EXIT.done;
    });

    expect([out, err]).toEqual(['data\n', 'aws 111122223333 eu-west-1 Sluice-prod\n']);
  });

  test('that was interrupted ends with 130, whatever its work came to', async () => {
    const interrupt = new AbortController();

    const { exitCode } = await ran(async () => {
      interrupt.abort();
      return EXIT.done;
    }, interrupt.signal);

    expect(exitCode).toBe(130);
  });

  test.each<[name: string, exitCode: ExitCode, message: string]>([
    ['AccessDeniedException', 1, 'access denied: no'],
    ['ExpiredToken', 7, 'AWS does not take these credentials (ExpiredToken): no'],
    ['TimeoutError', 6, 'no answer from AWS in eu-west-1: no'],
  ])('says in words what %s of its work means', async (name, exitCode, message) => {
    const error = errorNamed(name, 'no');
    const work = async () => {
      throw error;
    };

    await expect(ran(work)).rejects.toMatchObject({ exitCode, message, cause: error });
  });

  test('leaves a mistake of its own as it is', async () => {
    const mistake = new TypeError('x is undefined');
    const work = async () => {
      throw mistake;
    };

    await expect(ran(work)).rejects.toBe(mistake);
  });

  test('does no work where it cannot connect', async () => {
    sts.on(GetCallerIdentityCommand).rejects(errorNamed('ExpiredToken', 'too old'));
    let isDone = false;
    const work = async () => {
      isDone = true;
      return EXIT.done;
    };

    await expect(ran(work)).rejects.toMatchObject({ exitCode: 7 });
    expect(isDone).toBe(false);
  });
});

const parsed = (...args: readonly string[]) =>
  withConsumers(withTarget(new Command().exitOverride().configureOutput({ writeErr: () => {} })))
    .parse(args, { from: 'user' })
    .opts();

describe('the flags of every verb', () => {
  test('mean the pipeline of this machine, and all consumers', () => {
    expect(parsed()).toMatchObject({ target: process.env['SLUICE_TARGET'] ?? 'local' });
    expect(parsed()).not.toHaveProperty('consumer');
  });

  test('collect the consumers that are named, in order, repeated ones too', () => {
    expect(parsed('--consumer', 'b', '--consumer', 'a', '--consumer=b')).toMatchObject({
      consumer: ['b', 'a', 'b'],
    });
    expect(collect('a')).toEqual(['a']);
  });

  test('take no other target', () => {
    expect(() => parsed('--target', 'gcp')).toThrow(/'gcp' is invalid. Allowed choices are local, aws/);
  });
});

import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CliError } from '../../../cli/cli-error.ts';
import { sluice } from '../../../cli/command-line.ts';
import { allowedCommand } from '../../../cli/console/allowed-command.ts';
import { CONSOLE_VERBS } from '../../../cli/console/console-verbs.ts';
import { Refusal } from '../../../cli/console/refusal.ts';
import type { CommonFlags } from '../../../cli/session.ts';
import { fakeStreams } from '../../support/fake-streams.ts';

/** What a page of evil intent might try as a flag, a value or a word. */
const WORDS = [
  ...Object.keys(CONSOLE_VERBS).flatMap((verb) => verb.split(' ')),
  ...Object.values(CONSOLE_VERBS).flatMap(({ flags }) => Object.keys(flags).map((flag) => `--${flag}`)),
  ...`put get empty init add env schema cost routes start console help -- - s3: s3:// s3://b/ [ x 1h 10 csv/a.csv
  --target --target=aws --stack --profile --profile=prod --region --pipeline --data-dir --data-dir=/ --consumer=--target
  --json --yes -y -h --help -V -v --verbose --checkpoint --assembly --force --no-wait --repai --repair=1 --dry-run=false
  --no-dry-run --pattern=package.json --events=package.json package.json ./package.json /etc/passwd @package.json
  s3://bucket/package.json s3://b/../../package.json file:package.json {"a":[1]} __proto__ constructor toString
  --__proto__`.split(/\s+/),
  '',
  ' package.json',
  '\n{',
  'a\0b',
  '\u202e',
];

const noise = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 8 }));

/** Lines that are nearly right: a verb's own flags with values that may be, and now and then something else. */
const commandLines = fc.constantFrom('', ...Object.keys(CONSOLE_VERBS)).chain((verb) => {
  const names = Object.entries(CONSOLE_VERBS[verb]?.flags ?? {});
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('1h', '10', 'x', '{"a":[1]}', 'queue') },
    { weight: 1, arbitrary: noise },
  );
  const flag = fc
    .tuple(
      fc.constantFrom(...(names.length === 0 ? [['none', 'switch'] as const] : names)),
      value,
      fc.boolean(),
    )
    .map(([[name, kind], given, isOne]) => {
      if (kind === 'switch') return [`--${name}`];
      return isOne ? [`--${name}=${given}`] : [`--${name}`, given];
    });
  const part = fc.oneof(
    { weight: 9, arbitrary: flag },
    { weight: 1, arbitrary: noise.map((word) => [word]) },
  );
  const behind = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('csv/a.csv', 's3://b/csv/a.csv', '{"a":[1]}', 'x')
        .map((word) => ['--', word]),
    },
    { weight: 1, arbitrary: fc.array(noise, { maxLength: 3 }).map((some) => ['--', ...some]) },
  );
  return fc
    .tuple(fc.array(part, { maxLength: 4 }), behind)
    .map(([parts, more]) => [...verb.split(' '), ...parts.flat(), ...more]);
});

/** The command, or nothing where it is refused; any other error fails the test. */
function allowed(args: readonly string[], readOnly: boolean) {
  try {
    return allowedCommand(args, readOnly);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The flags with which a verb would have worked, as its own parser has them; nothing where it would not have. */
async function flagsOf(
  args: readonly string[],
): Promise<(CommonFlags & Record<string, unknown>) | undefined> {
  let flags: CommonFlags | undefined;
  await sluice(args, fakeStreams(), undefined, {
    connect: async (given) => {
      flags = given;
      throw new CliError('that is enough');
    },
    onFailure: () => {},
  });
  return flags as (CommonFlags & Record<string, unknown>) | undefined;
}

const CHANGING = [
  'rm',
  'connect-bucket',
  'pause',
  'resume',
  'dead purge',
  'redrive',
  'replay',
  'replay cancel',
  'backfill',
];
/** Flags that name something outside of the pipeline that the console is about. */
const ELSEWHERE = ['stack', 'pipeline', 'profile', 'region', 'dataDir', 'checkpoint', 'assembly', 'bucket'];

describe('what the page may run', () => {
  // the verbs are loaded once, with the SDK's clients
  beforeAll(() => flagsOf(['ls']), 120_000);

  test('reads no file, names no target and no profile, and never asks, however its words are put', async () => {
    await fc.assert(
      fc.asyncProperty(commandLines, async (args) => {
        const command = allowed(args, false);
        if (command === undefined) return;
        const line = [...command.args, '--', ...command.words];
        // behind the dashes a word is a word: a key may be called --pattern=x
        const files = command.args
          .filter((arg) => /^--(pattern|events)=/.test(arg))
          .map((arg) => arg.replace(/^[^=]+=/, ''));
        if (command.args[0] === 'explain' || command.args[0] === 'test-pattern') files.push(...command.words);

        expect(files.filter((text) => !/^(\s*[[{]|s3:\/\/[^/]+\/.)/s.test(text))).toEqual([]);
        expect(command.words).not.toContain('-');
        // it would look at this machine, and connect by itself
        if (command.args[0] === 'doctor') return;
        const flags = await flagsOf(line);
        expect(ELSEWHERE.filter((flag) => flags?.[flag] !== undefined)).toEqual([]);
        expect(flags?.target ?? 'local').toBe('local');
        expect(flags?.json ?? true).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  }, 300_000);

  test('changes nothing where the console only looks', async () => {
    let looked = 0;
    await fc.assert(
      fc.asyncProperty(commandLines, async (args) => {
        const command = allowed(args, true);
        if (command === undefined) return;
        looked++;
        const verb = command.args.filter((arg) => !arg.startsWith('-')).join(' ');
        expect(command.args).not.toContain('--yes');
        if (verb === 'doctor') return;
        const flags = await flagsOf([...command.args, '--', ...command.words]);
        const isChange = CHANGING.includes(verb) || flags?.['repair'] === true;
        expect(flags === undefined || !isChange || flags['dryRun'] === true).toBe(true);
      }),
      { numRuns: 1_500 },
    );
    expect(looked).toBeGreaterThan(100);
  }, 300_000);

  test.each<[args: string[], line: string[], words: string[]]>([
    [['status'], ['status', '--json'], []],
    [['status', '--', 'csv/a b.csv'], ['status', '--json'], ['csv/a b.csv']],
    [['status', '--', '--repair'], ['status', '--json'], ['--repair']],
    [['dead', 'list', '--consumer', 'x'], ['dead', 'list', '--consumer=x', '--json'], []],
    [
      ['redrive', '--consumer=x', '--consumer', 'y'],
      ['redrive', '--consumer=x', '--consumer=y', '--json', '--yes'],
      [],
    ],
    [['redrive', '--dry-run'], ['redrive', '--dry-run', '--json'], []],
    [['verify'], ['verify', '--json'], []],
    [['verify', '--repair'], ['verify', '--repair', '--json', '--yes'], []],
    [['dead', 'purge', '--count', '3'], ['dead', 'purge', '--count=3', '--json'], []],
    [
      ['replay', '--since', '2026-11-20T19:02:11.000Z'],
      ['replay', '--since=2026-11-20T19:02:11.000Z', '--json', '--yes'],
      [],
    ],
    [
      ['explain', '--pattern', '{"a":[1]}', '--', 's3://b/k'],
      ['explain', '--pattern={"a":[1]}', '--json'],
      ['s3://b/k'],
    ],
  ])('%j is run, as %j about %j', (args, line, words) => {
    expect(allowedCommand(args, false)).toMatchObject({ args: line, words });
  });

  test.each<[args: string[], readOnly: boolean, code: string, message: string]>([
    [[], false, 'not-allowed', 'the console runs no ""'],
    [['put', '/etc/passwd', 'x'], false, 'not-allowed', 'the console runs no "put"'],
    [['status', '--target', 'aws'], false, 'not-allowed', 'the console does not say "--target" to status'],
    [['status', 'csv/a.csv'], false, 'not-allowed', 'the console does not say "csv/a.csv" to status'],
    [['explain', '--', 'package.json'], false, 'not-allowed', 'explain cannot be about "package.json" here'],
    [
      ['explain', '--pattern', 'package.json'],
      false,
      'not-allowed',
      '--pattern of explain cannot be "package.json" here',
    ],
    [['ls', '--limit'], false, 'not-allowed', '--limit of ls cannot be null here'],
    [['verify', '--repair', '--dry-run=no'], false, 'not-allowed', '--dry-run takes no value'],
    [['pause', '--', 'x'], true, 'read-only', 'pause changes something, and this console only looks'],
    [['verify', '--repair'], true, 'read-only', 'verify changes something, and this console only looks'],
  ])('%j is refused (only looking: %j): %s', (args, readOnly, code, message) => {
    expect(() => allowedCommand(args, readOnly)).toThrow(expect.objectContaining({ code, message }));
  });

  test('has flags that its verbs know', async () => {
    const { VERBS } = await import('../../../cli/verbs.ts');
    const { Command } = await import('commander');
    const { Session } = await import('../../../cli/session.ts');
    const unknown: string[] = [];
    for (const [words, { flags }] of Object.entries(CONSOLE_VERBS)) {
      const [first = '', second] = words.split(' ');
      const verb = VERBS.find(({ usage }) => usage.replace(/ .*/, '') === first);
      if (verb === undefined) {
        unknown.push(words);
        continue;
      }
      const command = new Command(first);
      (await verb.load())(command, new Session(fakeStreams(), new AbortController().signal));
      const meant = second === undefined ? command : command.commands.find((one) => one.name() === second);
      const known = meant?.options.map(({ long }) => long) ?? [];
      unknown.push(
        ...Object.keys(flags)
          .filter((flag) => !known.includes(`--${flag}`))
          .map((flag) => `${words} --${flag}`),
      );
    }

    expect(unknown).toEqual([]);
  });
});

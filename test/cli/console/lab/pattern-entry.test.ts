import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withConsumerFlags } from '../../../../cli/add/consumer-flags.ts';
import { entryFile } from '../../../../cli/add/entry-file.ts';
import { newConsumer, type ConsumerFlags } from '../../../../cli/add/new-consumer.ts';
import { consumerArgs } from '../../../../cli/console/page/lab/consumer-args.ts';
import { patternEntry } from '../../../../cli/console/page/lab/pattern-entry.ts';
import { SHARED_LISTS } from '../../../../cli/console/page/lab/shared-lists.ts';
import * as patterns from '../../../../infra/consumers/patterns.ts';
import { readJson } from '../../../../shared/event-pattern/pattern-json.ts';
import { Command } from 'commander';
import { ProjectCopy } from '../../../support/project-copy.ts';
import { someConsumer } from '../../add/some-consumers.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../../../..');
const PINS = { source: ['aws.s3'], account: ['111122223333'] };
const bucket = { name: ['ingest'] };
const CURRENT = patterns.OF_THE_CURRENT_OBJECT;
const LONG_KEYS = Array.from({ length: 9 }, (_, n) => ({ wildcard: `incoming/region-${n}/*.csv` }));

/** A deployed pattern, and what of it is written. */
const ENTRIES: Readonly<Record<string, readonly [pattern: object, written: string]>> = {
  'one of prefixes and current objects': [
    {
      ...PINS,
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: { object: { key: [{ prefix: 'csv/' }] }, $or: CURRENT, bucket },
    },
    `  pattern: {
    'detail-type': ['Object Created', 'Object Deleted'],
    detail: { object: { key: [{ prefix: 'csv/' }] }, $or: OF_THE_CURRENT_OBJECT },
  },
`,
  ],
  'one of everything': [
    {
      ...PINS,
      'detail-type': patterns.EVERY_CHANGE,
      detail: { object: { key: patterns.NOT_A_FOLDER }, bucket },
    },
    `  pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { key: NOT_A_FOLDER } } },
`,
  ],
  'one that names no change': [
    { detail: { object: { size: [{ numeric: ['>', 1e6] }] } } },
    `  pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { size: [{ numeric: ['>', 1000000] }] } } },
`,
  ],
  'one without a detail': [
    { 'detail-type': ['Object Tags Added'] },
    `  pattern: { 'detail-type': ['Object Tags Added'], detail: {} },
`,
  ],
  'one that is longer than a line': [
    { 'detail-type': ['Object Created'], detail: { object: { key: LONG_KEYS.slice(0, 3) } } },
    `  pattern: {
    'detail-type': ['Object Created'],
    detail: {
      object: {
        key: [
          { wildcard: 'incoming/region-0/*.csv' },
          { wildcard: 'incoming/region-1/*.csv' },
          { wildcard: 'incoming/region-2/*.csv' },
        ],
      },
    },
  },
`,
  ],
  'one with quotes and alternatives of several fields': [
    {
      'detail-type': ['Object Created'],
      detail: {
        $or: [
          { reason: ['PutObject'], requester: ["it's"] },
          { reason: ['CopyObject'], requester: ['"b"\\'] },
        ],
      },
    },
    String.raw`  pattern: {
    'detail-type': ['Object Created'],
    detail: {
      $or: [
        { reason: ['PutObject'], requester: ["it's"] },
        { reason: ['CopyObject'], requester: ['"b"\\'] },
      ],
    },
  },
`,
  ],
};

const entryOf = (pattern: object) => patternEntry(readJson(JSON.stringify(pattern)), 'one-consumer');

describe('a pattern copied as TypeScript', () => {
  test.each(Object.entries(ENTRIES))('%s looks like the entries that are there', (_, [pattern, written]) => {
    expect(entryOf(pattern).property).toBe(written);
  });

  test('names the shared lists as they are in infra', () => {
    expect(
      Object.fromEntries(Object.entries(SHARED_LISTS).map(([name, json]) => [name, JSON.parse(json)])),
    ).toEqual(JSON.parse(JSON.stringify(patterns)));
  });

  test('says what no entry can ask for', () => {
    expect(entryOf({ ...PINS, region: ['eu-west-1'], detail: { reason: ['a'] } }).leftOut).toEqual([
      'region',
    ]);
  });

  test('compiles as an entry, in the style of the project', () => {
    const project = new ProjectCopy(['infra/*.ts', 'infra/consumers/patterns.ts', 'shared', 'package.json']);
    const { compilerOptions } = JSON.parse(readFileSync(join(PROJECT_DIR, 'tsconfig.json'), 'utf8')) as {
      readonly compilerOptions: object;
    };
    project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['infra/consumers'] }));
    project.write('.oxfmtrc.json', readFileSync(join(PROJECT_DIR, '.oxfmtrc.json'), 'utf8'));
    const files = Object.values(ENTRIES).map(([pattern], index) => {
      const file = `infra/consumers/entry-${index}.ts`;
      project.write(file, entryOf(pattern).file);
      return file;
    });
    const run = (program: string, ...args: string[]) => {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [join(PROJECT_DIR, 'node_modules', program), ...args],
        { cwd: project.path, encoding: 'utf8' },
      );
      return stdout + stderr;
    };

    expect(run('typescript/bin/tsc', '--noEmit', '-p', '.')).toBe('');
    expect(run('oxfmt/bin/oxfmt', '--check', ...files)).toContain('correct format');
  }, 120_000);
});

/** The pattern that an entry’s text holds. */
function patternIn(entry: string): object {
  const [property] = /^ {2}pattern: \{$.*?^ {2}\},$/ms.exec(entry) ?? ['pattern: {}'];
  // the text is the page's own, made in this test
  // oxlint-disable-next-line typescript/no-implied-eval
  const read = new Function('NOT_A_FOLDER', 'OF_THE_CURRENT_OBJECT', `return ({${property}}).pattern`) as (
    ...lists: readonly unknown[]
  ) => object;
  return read(patterns.NOT_A_FOLDER, CURRENT);
}

const added = (args: readonly string[]) => {
  const command = withConsumerFlags(new Command().argument('<name>')).exitOverride();
  command.parse(args.slice(2), { from: 'user' });
  return newConsumer(command.args[0]!, command.opts<ConsumerFlags>());
};

describe('the command that makes a consumer of a pattern', () => {
  test('writes that very pattern, for all that the command can write', () => {
    fc.assert(
      fc.property(someConsumer, (consumer) => {
        const pattern = patternIn(entryFile(consumer, 'repository'));
        const { args, whyOther } = consumerArgs(readJson(JSON.stringify(pattern)), 'one-consumer');

        expect(whyOther).toBeUndefined();
        expect(patternIn(entryFile(added(args), 'repository'))).toEqual(pattern);
      }),
    );
  });

  test.each([
    [
      { 'detail-type': ['Object Tags Added'], detail: { object: { key: [{ prefix: 'a/' }] } } },
      /other changes/,
    ],
    [
      { 'detail-type': ['Object Created'], detail: { object: { key: ['a'] } } },
      /no list of beginnings and endings/,
    ],
    [
      { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'a*' }] } } },
      /no list of beginn/,
    ],
    [{ 'detail-type': ['Object Created'], detail: {} }, /no list of beginnings/],
    [
      {
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ wildcard: 'a/*.x' }, { wildcard: 'b/*.y' }] } },
      },
      /no list of beginnings/,
    ],
    [
      { 'detail-type': ['Object Deleted'], detail: { object: { key: [{ prefix: 'a/' }] } } },
      /current objects alone/,
    ],
    [
      {
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'a/' }], size: [5] }, reason: ['x'] },
      },
      /asks for detail.reason, detail.object.size too/,
    ],
  ])('of %j says why the entry has another one', (pattern, why) => {
    const { args, whyOther } = consumerArgs(readJson(JSON.stringify(pattern)), 'one-consumer');

    expect(whyOther).toMatch(why);
    expect(() => added(args)).not.toThrow();
  });
});

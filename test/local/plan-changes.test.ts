import { describe, expect, test } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { planChanges, refuseRestarts } from '../../local/plan-changes.ts';
import type { Plan } from '../../local/plan.ts';
import { ASSEMBLY_DIR } from '../support/assembly.ts';

const plan: Plan = readAssembly({
  directory: ASSEMBLY_DIR,
  endpoint: 'http://127.0.0.1:4566',
  region: 'us-east-1',
  accountId: '000000000000',
});

describe('two plans', () => {
  test('that say the same have no changes, whichever objects they are', () => {
    expect(planChanges(plan, structuredClone(plan))).toEqual([]);
  });

  test('differ by what is new, changed and gone, each by its name', () => {
    const [first, second, ...functions] = plan.functions;
    const [rule, ...rules] = plan.rules;
    const after: Plan = {
      ...plan,
      functions: [{ ...first!, codeDir: '/other' }, { ...second!, name: 'Another' }, ...functions],
      rules: [{ ...rule!, eventPattern: '{}' }, ...rules],
    };

    expect(planChanges(plan, after)).toEqual([
      { kind: 'rule', name: rule!.name, how: 'changed' },
      { kind: 'function', name: first!.name, how: 'changed' },
      { kind: 'function', name: 'Another', how: 'new' },
      { kind: 'function', name: second!.name, how: 'gone' },
    ]);
  });
});

describe('a running pipeline refuses', () => {
  const [table, ...tables] = plan.tables;

  test.each<[string, Partial<Plan>, RegExp]>([
    ['another stack', { stackName: 'Other' }, /the stack Sluice-dev runs, and is called Other now: stop it/],
    ['to lose an archive', { archives: [] }, /the archive \S+ is in the template no more, and it keeps/],
    ['to lose a bucket', { buckets: [] }, /the bucket \S+ is in the template no more/],
    ['to lose a table', { tables }, /the table \S+ is in the template no more/],
    [
      'another primary key',
      { tables: [{ ...table!, keySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] }, ...tables] },
      /the table \S+ has another primary key now, .*start again with --fresh/,
    ],
  ])('%s', (_, changes, words) => {
    expect(() => refuseRestarts(plan, { ...plan, ...changes })).toThrow(words);
  });

  test('nothing else: another time to live, a rule and a queue less', () => {
    const { ttlAttribute: _, ...lasting } = table!;
    const after = { ...plan, tables: [lasting, ...tables], rules: [], queues: [] };

    expect(() => refuseRestarts(plan, after)).not.toThrow();
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consumersByFunction } from '../../../cli/start/consumer-names.ts';
import { inspectionOf } from '../../../cli/start/inspection.ts';
import { reloadText } from '../../../cli/start/reload-line.ts';
import { UsageError } from '../../../cli/start/start-options.ts';
import type { PlanChange } from '../../../local/plan-changes.ts';
import type { Plan } from '../../../local/plan.ts';

const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

/** A plan of these consumers, as far as names go. */
const planOf = (...consumers: readonly string[]): Plan =>
  ({
    stackName: 'Sluice-dev',
    outputs: { IngestBucketName: 'ingest' },
    mappings: consumers.map((name) => ({ functionName: `fn-${name}`, queueArn: arn(`Sluice-dev-${name}`) })),
    rules: consumers.map((name) => ({
      name: `rule-${name}`,
      targets: [{ id: 'Queue', arn: arn(`Sluice-dev-${name}`), deadLetterArn: arn(`undelivered-${name}`) }],
    })),
    queues: consumers.map((name) => ({
      arn: arn(`Sluice-dev-${name}`),
      redrive: { deadLetterTargetArn: arn(`dead-${name}`) },
    })),
  }) as unknown as Plan;

const ONE = planOf('one-consumer');
const TWO = planOf('one-consumer', 'another');

const change = (kind: PlanChange['kind'], name: string, how: PlanChange['how'] = 'changed'): PlanChange => ({
  kind,
  name,
  how,
});

describe('what was reloaded', () => {
  test('is told by consumer, each of its parts once', () => {
    const changes = [
      change('function', 'fn-one-consumer'),
      change('mapping', 'fn-one-consumer'),
      change('rule', 'rule-one-consumer'),
      change('queue', 'Sluice-dev-another'),
      change('queue', 'dead-another'),
      change('queue', 'undelivered-another'),
    ];

    expect(reloadText(changes, TWO, TWO)).toBe('one-consumer (function, mapping, rule), another (queue)');
  });

  test.each([
    ['new', ONE, TWO],
    ['gone', TWO, ONE],
  ] as const)('is %s as a whole with its function', (how, before, after) => {
    const changes = [
      change('queue', 'Sluice-dev-another', how),
      change('rule', 'rule-another', how),
      change('function', 'fn-another', how),
      change('mapping', 'fn-another', how),
    ];

    expect(reloadText(changes, before, after)).toBe(`another (${how})`);
  });

  test('is told by kind and name where it is no consumer’s', () => {
    const changes = [change('table', 'Sluice-dev-Thumbnails', 'new'), change('bucket', 'ingest')];

    expect(reloadText(changes, ONE, ONE)).toBe('table Sluice-dev-Thumbnails (new), bucket ingest (changed)');
  });

  test('leaves outputs out, unless there is nothing else', () => {
    const outputs = [change('output', 'OneKeeps'), change('output', 'AnotherKeeps', 'new')];

    expect(reloadText([...outputs, change('rule', 'rule-one-consumer')], ONE, ONE)).toBe(
      'one-consumer (rule)',
    );
    expect(reloadText(outputs, ONE, ONE)).toBe('output OneKeeps (changed), output AnotherKeeps (new)');
  });

  test('names every consumer that was touched once, in whatever order the parts come', () => {
    const parts = fc.shuffledSubarray(
      ['one-consumer', 'another'].flatMap((name) => [
        change('function', `fn-${name}`),
        change('rule', `rule-${name}`),
        change('queue', `Sluice-dev-${name}`),
        change('queue', `dead-${name}`),
      ]),
    );
    fc.assert(
      fc.property(parts, (changes) => {
        const text = reloadText(changes, TWO, TWO);

        for (const name of ['one-consumer', 'another']) {
          const own = changes.filter((one) => one.name.endsWith(name));
          const told = new RegExp(`(?:^|, )${name} \\(([^)]*)\\)`).exec(text)?.[1]?.split(', ') ?? [];
          expect(told.toSorted()).toEqual([...new Set(own.map(({ kind }) => kind))].toSorted());
          expect(text.split(`${name} (`)).toHaveLength(own.length === 0 ? 1 : 2);
        }
      }),
    );
  });
});

describe('a consumer', () => {
  test('is known by its queue’s name, without the stack’s', () => {
    expect([...consumersByFunction(TWO)]).toEqual([
      ['fn-one-consumer', 'one-consumer'],
      ['fn-another', 'another'],
    ]);
  });

  test('of a pipeline with an id is known by it without the id', () => {
    const uploads = { functionName: 'fn', queueArn: arn('Sluice-dev-Uploads-another') };
    const plan = {
      ...ONE,
      outputs: { ...ONE.outputs, UploadsIngestBucketName: 'uploads' },
      mappings: [...ONE.mappings, { ...ONE.mappings[0]!, ...uploads }],
    };

    expect([...consumersByFunction(plan).values()]).toEqual(['one-consumer', 'another']);
  });

  test('that a debugger is to attach to is found by its name, and its port is told', async () => {
    const printed: string[] = [];
    const choose = await inspectionOf({ consumer: 'another', port: 0 }, (line) => printed.push(line));

    const { functionName, port, onListening } = choose(TWO);
    onListening('ws://127.0.0.1:9229/4f2');

    expect(functionName).toBe('fn-another');
    expect(port).toBeGreaterThan(0);
    expect(printed).toEqual([
      `debug another at ws://127.0.0.1:9229/4f2 (VS Code: attach to port ${port}; Chrome: chrome://inspect)`,
    ]);
  });

  test('that a debugger is to attach to and is none is refused, with those that there are', async () => {
    const choose = await inspectionOf({ consumer: 'other', port: 0 }, () => {});

    expect(() => choose(TWO)).toThrow(UsageError);
    expect(() => choose(TWO)).toThrow('--inspect "other": no such consumer; there are one-consumer, another');
  });
});

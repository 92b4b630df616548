import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleHandler } from '../../infra/bundle.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import { ENVIRONMENT_VARIABLES } from '../../shared/environment.ts';
import { resource, synthesize, WORKERS } from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** Set for every consumer, whether its function asks for them or not. */
const EVERYONES = [
  'CONSUMER_NAME',
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
  'NODE_OPTIONS',
];

/** Consumer → the variables without which its function does not load; of others all that only they are given. */
const READ: Readonly<Record<string, readonly string[]>> = {
  'metadata-writer': [
    'QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'MAX_RECEIVE_COUNT',
    'KEEPS',
    'TABLE_NAME',
    'TOMBSTONE_TTL_DAYS',
  ],
  'csv-row-counter': [
    'QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'MAX_RECEIVE_COUNT',
    'KEEPS',
    'TABLE_NAME',
    'TOMBSTONE_TTL_DAYS',
    'CSV_DELIMITER',
  ],
  'ledger-exporter': [
    'QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'MAX_RECEIVE_COUNT',
    'KEEPS',
    'OUTPUT_BUCKET',
    'CONSUMER_NAME',
  ],
};

const template = synthesize();
const NAMES = WORKERS.map(({ name }) => name);
const bundles = temporaryFolder();

/** What the template sets on the function, its references replaced by some text. */
function environmentOf(consumer: string): Record<string, string> {
  const { Environment } = resource(template, 'AWS::Lambda::Function', pascalCase(consumer)).Properties;
  return Object.fromEntries(
    Object.entries(Environment.Variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'a-name',
    ]),
  );
}

/** Loads the bundled function in a process that has this environment and Lambda's Region, and nothing else. */
async function load(consumer: string, environment: Record<string, string>): Promise<void> {
  const script = `await import(${JSON.stringify(join(bundles, consumer, 'index.mjs'))})`;
  const env = { ...environment, AWS_REGION: 'eu-west-1' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
}

beforeAll(() => {
  for (const definition of WORKERS) {
    bundleHandler(definition, PROJECT_DIR, join(bundles, definition.name));
  }
});

describe.each(NAMES)('the environment of %s', (consumer) => {
  const given = Object.keys(environmentOf(consumer));
  const read = READ[consumer] ?? given.filter((name) => !EVERYONES.includes(name));

  test('is enough to load the function', async () => {
    await expect(load(consumer, environmentOf(consumer))).resolves.toBeUndefined();
  });

  test.each(read)('lacks %s: the function fails at load, by name', async (name) => {
    const { [name]: _, ...rest } = environmentOf(consumer);

    await expect(load(consumer, rest)).rejects.toThrow(`environment variable ${name} is missing`);
  });

  test('holds nothing that only another consumer reads', () => {
    expect(given.toSorted()).toEqual([...new Set([...read, ...EVERYONES])].toSorted());
  });

  test('names what it reads of its own in upper case, as no other consumer does', () => {
    const common: readonly string[] = [...ENVIRONMENT_VARIABLES, 'NODE_OPTIONS'];
    const own = given.filter((name) => !common.includes(name));
    const others = NAMES.filter((name) => name !== consumer).flatMap((name) =>
      Object.keys(environmentOf(name)),
    );

    expect(own.filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name) || others.includes(name))).toEqual([]);
  });
});

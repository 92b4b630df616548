import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { pascalCase } from '../../infra/consumer-definition.ts';
import { ENVIRONMENT_VARIABLES } from '../../shared/environment.ts';
import { resource, synthesize } from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** Consumer → the variables without which its function does not load. */
const READ = {
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
} as const;

const template = synthesize();
let bundles: ReadonlyMap<string, string>;

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
  const script = `await import(${JSON.stringify(join(bundles.get(consumer)!, 'index.mjs'))})`;
  const env = { ...environment, AWS_REGION: 'eu-west-1' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
}

beforeAll(async () => {
  const outDir = temporaryFolder();
  bundles = await bundleFunctions(PROJECT_DIR, Object.keys(READ), outDir);
});

describe.each(Object.entries(READ))('the environment of %s', (consumer, read) => {
  test('is enough to load the function', async () => {
    await expect(load(consumer, environmentOf(consumer))).resolves.toBeUndefined();
  });

  test.each(read)('lacks %s: the function fails at load, by name', async (name) => {
    const { [name]: _, ...rest } = environmentOf(consumer);

    await expect(load(consumer, rest)).rejects.toThrow(`environment variable ${name} is missing`);
  });

  test('holds nothing that only another consumer reads', () => {
    const everyones = [
      'CONSUMER_NAME',
      'POWERTOOLS_SERVICE_NAME',
      'POWERTOOLS_METRICS_NAMESPACE',
      'NODE_OPTIONS',
    ];
    const set = Object.keys(environmentOf(consumer));

    expect(set.toSorted()).toEqual([...new Set([...read, ...everyones])].toSorted());
    expect(ENVIRONMENT_VARIABLES).toEqual(
      expect.arrayContaining(set.filter((name) => name !== 'NODE_OPTIONS')),
    );
  });
});

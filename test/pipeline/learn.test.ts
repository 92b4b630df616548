import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isExecutable, run } from '../clients/program.ts';
import { sampleEvent } from '../../shared/object-event/sample-event.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(PROJECT_DIR, 'docs/learn.md'), 'utf8');
const [AWS, PYTHON] = ['/usr/bin/aws', '/usr/bin/python3'];

/** A block of the page that is run: its commands, the files that stand before it, and what it prints where the page says so. */
interface Step {
  readonly commands: string;
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly printed?: string;
}

function stepsIn(page: string): readonly Step[] {
  const steps: Step[] = [];
  let files: [string, string][] = [];
  for (const [, info = '', text = ''] of page.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)) {
    const [language, file] = info.split(' ');
    if (file !== undefined) files.push([file, text]);
    else if (language === 'text') steps.push({ ...steps.pop()!, printed: text });
    else {
      steps.push({ commands: text, files });
      files = [];
    }
  }
  return steps;
}

/** What a line of the page must look like when `…` stands for anything. */
const expected = (line: string) =>
  expect.stringMatching(
    new RegExp(
      `^${line
        .split('…')
        .map((part) => RegExp.escape(part))
        .join('.*')}$`,
    ),
  );

const STEPS = stepsIn(PAGE);
const missing = [
  ...(isExecutable(AWS) ? [] : ['the AWS CLI']),
  ...(isExecutable(PYTHON) && spawnSync(PYTHON, ['-c', 'import boto3']).status === 0 ? [] : ['boto3']),
];

describe('the page to learn from', () => {
  const folder = temporaryFolder('learn');
  let pipeline: PipelineUnderTest;
  let variables: Record<string, string>;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    const program = (name: string, words: string): void => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${words}\n`);
      chmodSync(join(folder, name), 0o755);
    };
    const sluice = `'${process.execPath}' '${PROJECT_DIR}/cli/main.ts'`;
    program('npx', `shift; exec ${sluice} "$@" --data-dir '${pipeline.dataDir}'`);
    program('node', `exec '${process.execPath}' "$@"`);
    // Debian's is older than AWS_ENDPOINT_URL
    program('aws', `exec ${AWS} --endpoint-url '${pipeline.endpoint}' "$@"`);
    symlinkSync(join(PROJECT_DIR, 'node_modules'), join(folder, 'node_modules'));
    const shell = await run(pipeline, ['/bin/sh', '-c', 'npx sluice env --json'], {
      PATH: `${folder}:/usr/bin:/bin`,
    });
    variables = (JSON.parse(shell) as { set: Record<string, string> }).set;
  }, 300_000);
  afterAll(() => pipeline?.[Symbol.asyncDispose]());

  test('has commands to run', () => {
    expect(STEPS.length).toBeGreaterThan(6);
    expect(STEPS.filter(({ printed }) => printed !== undefined)).toHaveLength(2);
  });

  test.for(STEPS)('does what $commands', { timeout: 300_000 }, async (step, { skip }) => {
    if (missing.length > 0) skip(`${missing.join(' and ')} not on this machine`);
    await pipeline.drain();
    for (const [name, text] of step.files) writeFileSync(join(folder, name), text);

    const printed = await run(pipeline, ['/bin/sh', '-ec', `cd '${folder}'\n${step.commands}`], {
      ...variables,
      PATH: `${folder}:/usr/bin:/bin`,
    });

    // what the page does not show may be anything
    const lines = (step.printed ?? printed).trimEnd().split('\n');
    expect(printed.trimEnd().split('\n')).toEqual(step.printed === undefined ? lines : lines.map(expected));
  });

  test('ends with a row that readers pass over, since its object is deleted', async () => {
    const rows = await pipeline.metadataRows();

    expect(rows.find((row) => row['object_key'] === 'csv/orders.csv')).toMatchObject({ deleted: true });
  });
});

const batchOf = (key: string) => JSON.stringify(sampleEvent('sqs', { bucket: 'acme', key }));

describe('the function in docs/adopting.md, which drains a queue in Python', () => {
  const page = readFileSync(join(PROJECT_DIR, 'docs/adopting.md'), 'utf8');
  const [, code = ''] = /^  ```python\n([\s\S]*?)^  ```$/m.exec(page) ?? [];
  const handled = (batch: string) => {
    const program = `import sys\n\ndef process(bucket, key):\n    print(bucket, key)\n    if key == 'bad': raise ValueError\n\n${code.replaceAll(/^  /gm, '')}\nprint(lambda_handler(json.load(sys.stdin), None))`;
    return spawnSync(PYTHON, ['-c', program], { input: batch, encoding: 'utf8' })
      .stdout.trimEnd()
      .split('\n');
  };

  test.skipIf(!isExecutable(PYTHON))('takes the key as it is, and fails the one message that fails', () => {
    expect(handled(batchOf('csv/a b+c.csv'))).toEqual(['acme csv/a b+c.csv', "{'batchItemFailures': []}"]);
    expect(handled(batchOf('bad')).at(-1)).toMatch(
      /^{'batchItemFailures': \[{'itemIdentifier': '[\w-]+'}\]}$/,
    );
  });
});

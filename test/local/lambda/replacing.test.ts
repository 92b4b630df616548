import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FunctionPlan } from '../../../local/plan.ts';
import { waitFor } from '../../support/wait-for.ts';
import { isAlive } from './function-under-test.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

/** Code that says which one it is, once the file that its event names is there. */
const codeDir = (name: string, more = ''): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-code-'));
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { existsSync } from 'node:fs';
     import { setTimeout as pause } from 'node:timers/promises';
     export const handler = async ({ Records: [{ body }] }) => {
       const { gate } = JSON.parse(body);
       console.log('${name} begins', process.pid);
       while (!existsSync(gate)) await pause(5);
       console.log('${name} ends');
       return { batchItemFailures: [] };
     };
     ${more}`,
  );
  return folder;
};

const QUEUE = { name: 'work', visibilityTimeoutSeconds: 60 };
const MAPPING = {
  functionName: 'worker',
  queueArn: arnOf('work'),
  batchSize: 1,
  maximumBatchingWindowSeconds: 0,
  reportBatchItemFailures: true,
  enabled: true,
};

const worker = (folder: string, changes: Partial<FunctionPlan> = {}): FunctionPlan =>
  namedPlan('worker', { handler: 'index.handler', codeDir: folder, ...changes });

describe('a function whose code is replaced', () => {
  test('ends what it has in hand with the old code, and gives what comes next to the new', async () => {
    const gate = join(codeDir('unused'), 'gate');
    await using underTest = await FunctionsUnderTest.start({
      functions: [worker(codeDir('old'))],
      mappings: [MAPPING],
      queues: [QUEUE],
    });
    const { functions, lines, sqs } = underTest;
    const send = () => sqs.send(sqs.queues.named('work'), JSON.stringify({ gate }));
    functions.start();
    send();
    await waitFor(() => lines.some((line) => /old begins/.test(line)), 'the first to begin');
    const [, oldPid = ''] = /old begins (\d+)/.exec(lines.join('\n')) ?? [];

    const change = await functions.prepare(underTest.planWith([worker(codeDir('new'))]));
    change();
    send();
    await waitFor(() => lines.some((line) => /new begins/.test(line)), 'the second to begin');
    const saidBefore = lines.filter((line) => /ends/.test(line));
    writeFileSync(gate, '');
    await waitFor(() => sqs.stats(sqs.queues.named('work')).inFlight === 0, 'both to end');

    expect(saidBefore).toEqual([]);
    expect(lines.filter((line) => /(old|new) ends/.test(line))).toHaveLength(2);
    await waitFor(() => !isAlive(Number(oldPid)), 'the old process to end');
    expect(functions.health()['worker']).toMatchObject({ invocations: 2, errors: 0 });
  });

  test('goes on as it is when the new code cannot be loaded, and says where it broke', async () => {
    const gate = join(codeDir('unused'), 'gate');
    writeFileSync(gate, '');
    await using underTest = await FunctionsUnderTest.start({
      functions: [worker(codeDir('old'))],
      mappings: [MAPPING],
      queues: [QUEUE],
    });
    const { functions, lines, sqs } = underTest;
    functions.start();
    const broken = codeDir('new', `throw new RangeError('at its load');`);

    await expect(functions.prepare(underTest.planWith([worker(broken)]))).rejects.toThrow(
      `the handler of worker cannot be loaded: RangeError: at its load (${broken}/index.mjs:`,
    );
    sqs.send(sqs.queues.named('work'), JSON.stringify({ gate }));
    await waitFor(() => lines.some((line) => /old ends/.test(line)), 'the old code to have it');

    expect(functions.health()['worker']).not.toHaveProperty('startFailure');
  });

  test('is refused what AWS would refuse, before anything has changed', async () => {
    await using underTest = await FunctionsUnderTest.start({
      functions: [worker(codeDir('old'))],
      mappings: [MAPPING],
      queues: [QUEUE],
    });

    await expect(
      underTest.functions.prepare(underTest.planWith([worker(codeDir('new'), { timeoutSeconds: 61 })])),
    ).rejects.toThrow(/the visibility timeout of .*, 60 s, is less than the function's timeout, 61 s/);
  });
});

import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runOwnApp } from '../../../cli/start/own-app.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../../..');

const refusalWith = async (context: Readonly<Record<string, string>>, projectDir = PROJECT_DIR) => {
  const dir = temporaryFolder('own');
  const told = { context, account: '000000000000', region: 'us-east-1', directory: join(dir, 'out') };
  return await runOwnApp({ projectDir, ...told }, told.directory).then(
    () => 'nothing',
    ({ message }: Error) => message,
  );
};

test('what the app refuses of the context is told alone, and of another error where it comes from too', async () => {
  expect(await refusalWith({ ledgerLock: 'ever' })).toBe(
    'context ledgerLock is "ever": it must be a whole number of days, 1 to 36500, such as 365; without it nothing is locked',
  );
  expect(await refusalWith({}, temporaryFolder('empty'))).toMatch(/^infra\/app\.ts failed: [^]*\n +at /);
});

import { describe, expect, test } from 'vitest';
import { sluice as sluiceInside } from '../../cli/command-line.ts';
import { VERBS } from '../../cli/verbs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeStreams } from '../support/fake-streams.ts';
import { sluice } from '../support/sluice.ts';

/** Says on stderr which modules of the AWS SDK a process loads. */
const TELLS_SDK_MODULES = `
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, nextLoad) {
      if (url.includes('/node_modules/@aws-sdk/')) process.stderr.write('loads ' + url + '\\n');
      return nextLoad(url, context);
    },
  });`;
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELLS_SDK_MODULES)}` };

describe('a verb', () => {
  test('is loaded when it is called, and the clients of the AWS SDK with it', async () => {
    const called = await sluice(['ls', '--data-dir', temporaryFolder('nobody')], { env });

    expect(called.exitCode).toBe(6);
    expect(called.stderr).toMatch(/^loads .*client-s3/m);
  });

  test.each([[['--version']], [['--help']], [['help']], [['statsu']]])(
    'is not loaded by %j, nor any module of the AWS SDK',
    async (args) => {
      const ran = await sluice(args, { env });

      expect(ran.stdout + ran.stderr).not.toBe('');
      expect(ran.stderr).not.toContain('loads ');
    },
  );

  test('shows in the help of the whole as it does when it is loaded', async () => {
    const [listed, loaded] = [fakeStreams(), fakeStreams()];
    const names = VERBS.map(({ usage }) => usage.replace(/ .*/, ''));

    await sluiceInside(['help'], listed);
    // every verb that is named is loaded; the help of a word that is no verb is that of the whole
    await sluiceInside(['help', 'no-verb', ...names], loaded);

    expect(loaded.err()).toBe(listed.out());
  });
});

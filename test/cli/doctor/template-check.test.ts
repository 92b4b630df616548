import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { templateCheck } from '../../../cli/doctor/template-check.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BEFORE = new Date('2026-07-01T10:00:00Z');
const SYNTHESIZED = new Date('2026-07-01T11:00:00Z');
const AFTER = new Date('2026-07-01T12:00:00Z');

let app: string;

function write(file: string, time: Date, text = ''): void {
  const path = join(app, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, time, time);
}

beforeEach(() => {
  app = temporaryFolder('template-check');
  write('cdk.json', BEFORE, '{"app":"node bin/app.ts"}');
  write('bin/app.ts', BEFORE);
});

describe('the check of an app’s template', () => {
  test('looks into cdk.out, where cdk.json names no other folder', async () => {
    write('cdk.out/manifest.json', SYNTHESIZED);

    expect(await templateCheck(app)).toEqual({
      name: 'template',
      state: 'ok',
      detail: 'cdk.out of 2026-07-01T11:00:00.000Z',
    });
  });

  test('looks into the folder that cdk.json names', async () => {
    write('cdk.json', BEFORE, '{"app":"node bin/app.ts","output":"build/assembly"}');
    write('cdk.out/manifest.json', AFTER);
    write('build/assembly/manifest.json', SYNTHESIZED);
    write('build/assembly/asset.1/index.mjs', AFTER);

    expect(await templateCheck(app)).toMatchObject({
      state: 'ok',
      detail: 'build/assembly of 2026-07-01T11:00:00.000Z',
    });
  });

  test('warns where nothing was synthesized, with what does it', async () => {
    expect(await templateCheck(app)).toEqual({
      name: 'template',
      state: 'warning',
      detail: 'not synthesized yet',
      nextStep: 'npm start does it, or npm run synth',
    });
  });

  test.each(['bin/app.ts', 'lambdas/teller.mjs', 'cdk.json'])(
    'warns of a younger source, wherever it is: %s',
    async (file) => {
      write('cdk.out/manifest.json', SYNTHESIZED);
      write(file, AFTER, '{"app":"node bin/app.ts"}');

      expect(await templateCheck(app)).toEqual({
        name: 'template',
        state: 'warning',
        detail: `${file} was changed after cdk.out was synthesized`,
        nextStep: 'npm start synthesizes it again; before a deployment npm run synth',
      });
    },
  );

  test.each([
    'node_modules/a/index.js',
    'cdk.out/asset.1/index.mjs',
    'cdk.out.prod/asset.1/index.mjs',
    '.sluice/work/handler.mjs',
    'test/functions/teller.test.ts',
    'README.md',
  ])('takes for no source: %s', async (file) => {
    write('cdk.out/manifest.json', SYNTHESIZED);
    write(file, AFTER);

    expect(await templateCheck(app)).toMatchObject({ state: 'ok' });
  });

  test('warns that it looked at nothing where there is no app', async () => {
    const folder = temporaryFolder('no-app');

    expect(await templateCheck(folder)).toEqual({
      name: 'template',
      state: 'warning',
      detail: `not looked at: there is no ${join(folder, 'cdk.json')}; go to the folder of a CDK app, or make a small one with npx sluice init DIR`,
    });
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CdkJsonError, readCdkJson } from '../../cli/cdk-json.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let project: string;
const write = (file: string, text: string): void => writeFileSync(join(project, file), text);

beforeEach(() => {
  project = temporaryFolder('cdk-json');
});

describe('a cdk.json', () => {
  test('says how the app is run, with its context and the look-ups of cdk.context.json over it', () => {
    write('cdk.json', JSON.stringify({ app: 'node app.js', context: { a: 1, b: 2 } }));
    write('cdk.context.json', JSON.stringify({ b: ['looked up'] }));

    expect(readCdkJson(project)).toEqual({
      file: join(project, 'cdk.json'),
      app: 'node app.js',
      context: { a: 1, b: ['looked up'] },
      output: 'cdk.out',
    });
  });

  test('may name another folder for the assembly', () => {
    write('cdk.json', JSON.stringify({ app: 'node app.js', output: 'build/cdk' }));

    expect(readCdkJson(project).output).toBe('build/cdk');
  });

  test('that is not there is told, with where it was looked for and how to make one', () => {
    expect(() => readCdkJson(project)).toThrow(CdkJsonError);
    expect(() => readCdkJson(project)).toThrow(
      `there is no ${join(project, 'cdk.json')}; go to the folder of a CDK app, or make a small one with npx sluice init DIR`,
    );
  });

  test.each([
    ['{"app": ', /cdk\.json is not JSON: .*; mend it$/],
    ['[]', /cdk\.json is \[\]: it must be an object; mend it$/],
    ['{}', /cdk\.json names no "app"; say there what runs it, such as "node infra\/app\.ts"$/],
    ['{"app":" "}', /names no "app"/],
    [
      '{"app":"built"}',
      /the "app" of .*cdk\.json is a folder, built; run that assembly .* --assembly built$/,
    ],
    ['{"app":"x","output":1}', /"output" of .*cdk\.json is 1; name a folder there/],
    ['{"app":"x","context":7}', /"context" of .*cdk\.json is 7: it must be an object; mend it$/],
  ])('%j is refused', (text, message) => {
    mkdirSync(join(project, 'built'));
    write('cdk.json', text);

    expect(() => readCdkJson(project)).toThrow(CdkJsonError);
    expect(() => readCdkJson(project)).toThrow(message);
  });

  test('is refused with a cdk.context.json that is broken', () => {
    write('cdk.json', '{"app":"x"}');
    write('cdk.context.json', '{');

    expect(() => readCdkJson(project)).toThrow(/cdk\.context\.json is not JSON: .*; mend it/);
  });
});

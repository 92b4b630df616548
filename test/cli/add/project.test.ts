import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { newConsumer } from '../../../cli/add/new-consumer.ts';
import { openProject, refuseMissing, refuseTaken } from '../../../cli/add/project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "acme-uploads" }',
  'cdk.json': '{ "app": "node infra/app.ts" }',
  'infra/consumers.ts': `import { indexer } from './consumers/indexer.ts';

export const consumers = [
  indexer,
  // further ones, by name
];
`,
  'infra/consumers/indexer.ts': 'export const indexer = 1;\n',
  'infra/consumers/patterns.ts': 'export const PATTERN = 1;\n',
  'functions/rows/write-row.ts': 'export const writeRow = 1;\n',
};

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('project');
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
});

describe('a project', () => {
  test.each(['rows', 'patterns', 'nobody'])(
    'has no consumer %s to remove, whatever folders it has',
    (name) => {
      expect(() => refuseMissing(openProject(folder), name)).toThrow(`there is no consumer "${name}"`);
    },
  );

  test('has those to remove that the list names', () => {
    expect(() => refuseMissing(openProject(folder), 'indexer')).not.toThrow();
  });

  test('takes no consumer by the name of a folder of shared code, and does not advise to remove that', () => {
    expect(() => refuseTaken(openProject(folder), newConsumer('rows', {}))).toThrow(
      expect.objectContaining({ nextStep: 'take another name: that folder is not a consumer’s' }),
    );
    expect(() => refuseTaken(openProject(folder), newConsumer('indexer', {}))).toThrow(
      expect.objectContaining({
        nextStep: expect.stringContaining('sluice remove consumer indexer') as string,
      }),
    );
  });

  test('is this repository by what it holds, not by its name', () => {
    expect(openProject(folder).shape.layout).toBe('app');
    writeFileSync(join(folder, 'infra/consumer-definition.ts'), '');
    expect(openProject(folder).shape.layout).toBe('repository');
  });
});

import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../shared/pascal-case.ts';
import { CONSUMERS } from './support/pipeline-template.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** All but the list, its entries and the consumers' own folders: what is said there of a consumer would be a second list. */
const ROOMS = [
  'cli/**/*.{ts,mjs,json}',
  'local/**/*.{ts,mjs}',
  'shared/**/*.{ts,mjs}',
  'infra/*.ts',
  'infra/{checks,constructs,modules}/**/*.ts',
  'functions/{batch,objects,rows}/**/*.ts',
  '{.oxlintrc,cdk,knip,tsconfig}.json',
];

/** What names consumers: the list, the door by which another app takes one of them, and the list of an app that is just made. */
const LISTS = ['infra/consumers.ts', 'infra/exports.ts', 'cli/init/app-files.ts'];

/** `one-consumer`, `OneConsumer`, `oneConsumer`; of one word, which prose may have too, only what is quoted. */
const formsOf = (name: string): readonly string[] => {
  if (!name.includes('-')) return [`'${name}'`, `"${name}"`];
  const pascal = pascalCase(name);
  return [name, pascal, pascal[0]!.toLowerCase() + pascal.slice(1)];
};

describe('a consumer', () => {
  test.each(CONSUMERS)(
    '$name is named nowhere but in the list, in its own files and in tests',
    ({ name }) => {
      const forms = formsOf(name);
      const named = ROOMS.flatMap((room) => globSync(room, { cwd: PROJECT_DIR }))
        .filter((file) => !LISTS.includes(file))
        .flatMap((file) =>
          readFileSync(join(PROJECT_DIR, file), 'utf8')
            .split('\n')
            .flatMap((line, index) =>
              forms.some((form) => line.includes(form)) ? [`${file}:${index + 1} ${line.trim()}`] : [],
            ),
        );

      expect(named).toEqual([]);
    },
  );
});

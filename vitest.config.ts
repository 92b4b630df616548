import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { testsReaching } from './test/support/reaching-tests.ts';
import { keepTemporaryFilesTogether } from './test/support/temporary-files.ts';

const starting = testsReaching(
  import.meta.dirname,
  new Set(['node:child_process', 'esbuild', 'playwright-core', '@cdklabs/cdk-validator-cfnguard']),
);

// what hundreds of processes load is compiled once; the npm scripts keep theirs there too
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node');

keepTemporaryFilesTogether();

/** Tests mirror the rooms. `fast` are those that cannot start a process, and are kept from it; `whole` are the others, most with a pipeline. */
export default defineConfig({
  // examples name the package as a team's own app does; the longer names first
  resolve: {
    alias: {
      '@sluice-pipeline/sluice/functions': join(import.meta.dirname, 'functions/exports.ts'),
      '@sluice-pipeline/sluice/event': join(import.meta.dirname, 'shared/object-event/exports.ts'),
      '@sluice-pipeline/sluice/pattern': join(import.meta.dirname, 'shared/event-pattern/exports.ts'),
      '@sluice-pipeline/sluice/testing': join(import.meta.dirname, 'cli/testing/exports.ts'),
      '@sluice-pipeline/sluice': join(import.meta.dirname, 'infra/exports.ts'),
    },
  },
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          pool: 'threads',
          include: ['test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: starting,
          setupFiles: ['test/support/no-processes.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          pool: 'forks',
          include: starting,
          globalSetup: ['test/support/assembly.ts'],
        },
      },
    ],
  },
});

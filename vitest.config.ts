import { defineConfig } from 'vitest/config';

/** Tests mirror the rooms. `test/pipeline` runs the synthesized template end to end, so it gets a longer leash. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/assembly.ts'],
    pool: 'forks',
    maxWorkers: 2,
  },
});

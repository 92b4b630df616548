import { vi } from 'vitest';
import type { PipelineUnderTest } from '../../support/pipeline.ts';
import type { Ran } from '../../support/sluice.ts';
import { runInside, sluiceInside } from '../../support/sluice-inside.ts';

/** The command line in a shell that has evaluated what `sluice env --as` prints. */
export async function shellOf(pipeline: PipelineUnderTest, role: string, ...more: readonly string[]) {
  vi.unstubAllEnvs();
  const told = await sluiceInside(pipeline, 'env', '--as', role, ...more, '--json');
  const { set } = told.json<{ set: Record<string, string> }>();
  return async (args: readonly string[]): Promise<Ran> => {
    for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
    return await runInside(...args);
  };
}

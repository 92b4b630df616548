import { join } from 'node:path';
import { alteredAssembly, resourcesOf } from '../../support/assembly.ts';

const PRELOADED = join(import.meta.dirname, '../../support/shifted-clock.mjs');

/**
 * The assembly of the tests, with functions that live by the same shifted clock as the runtime: on a machine there is one, and the time
 * that an invocation has left is told by it.
 *
 * @param clockFile how far the clock is ahead, in milliseconds; a process reads it again at SIGUSR2
 * @returns its folder
 */
export function assemblyWithClock(clockFile: string): string {
  return alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
      Variables['NODE_OPTIONS'] = `--import ${PRELOADED}`;
      Variables['SLUICE_TEST_CLOCK'] = clockFile;
    }
  });
}

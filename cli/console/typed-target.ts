import { resolve } from 'node:path';
import type { ConnectionOptions } from '../pipeline/connection.ts';
import type { Deployment } from '../pipeline/deployment.ts';

/** The folder that a verb looks into by itself. */
const OWN_FOLDER = '.sluice';

/**
 * The flags by which a verb in a shell finds the pipeline of a console: `['--data-dir', '/tmp/x']`. Nothing for the one that it
 * finds by itself.
 *
 * @param options what the console was started with
 * @param deployment what it has found
 */
export function typedTarget(
  { dataDir, stack, pipeline, profile }: ConnectionOptions,
  deployment: Deployment,
): readonly string[] {
  const isElsewhere = dataDir !== undefined && resolve(dataDir) !== resolve(OWN_FOLDER);
  const flags =
    deployment.kind === 'local'
      ? { 'data-dir': isElsewhere ? dataDir : undefined, stack, pipeline }
      : { target: 'aws', profile, region: deployment.region, stack: deployment.stack, pipeline };
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

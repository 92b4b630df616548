import type { DocumentOf, target } from '../terminal/document.ts';

/** Which deployed pipeline is meant: the one on this machine, or a stack in an account and Region of AWS. */
export type Deployment = DocumentOf<typeof target>;

/** `local Sluice-dev http://127.0.0.1:4566`, `aws 111122223333 eu-west-1 Sluice-prod`, or `aws 111122223333 eu-west-1 Files pipeline Uploads`. */
export function deploymentText({ kind, account, region, stack, pipeline, endpoint }: Deployment): string {
  const which = pipeline === undefined ? stack : `${stack} pipeline ${pipeline}`;
  if (kind === 'local') return `local ${which} ${endpoint}`;
  return [
    `aws ${account} ${region} ${which}`,
    ...(endpoint === undefined ? [] : [`through ${endpoint}`]),
  ].join(' ');
}

import type { DocumentOf, target } from '../terminal/document.ts';

/** Which deployed pipeline is meant: the one on this machine, or a stack in an account and Region of AWS. */
export type Deployment = DocumentOf<typeof target>;

/** `local Sluice-dev http://127.0.0.1:4566`, or `aws 111122223333 eu-west-1 Sluice-prod`. */
export function deploymentText({ kind, account, region, stack, endpoint }: Deployment): string {
  if (kind === 'local') return `local ${stack} ${endpoint}`;
  return [
    `aws ${account} ${region} ${stack}`,
    ...(endpoint === undefined ? [] : [`through ${endpoint}`]),
  ].join(' ');
}

/** Which deployed pipeline is meant: the one on this machine, or a stack in an account and Region of AWS. */
export interface Deployment {
  readonly kind: 'local' | 'aws';
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** Where the local runtime, or an emulator, answers; absent when AWS's own endpoints are used. */
  readonly endpoint?: string;
}

/** `local Sluice-dev http://127.0.0.1:4566`, or `aws 111122223333 eu-west-1 Sluice-prod`. */
export function deploymentText({ kind, account, region, stack, endpoint }: Deployment): string {
  if (kind === 'local') return `local ${stack} ${endpoint}`;
  return [
    `aws ${account} ${region} ${stack}`,
    ...(endpoint === undefined ? [] : [`through ${endpoint}`]),
  ].join(' ');
}

/** Which pipeline is spoken to. */
export interface Target {
  readonly kind: 'local' | 'aws';
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** Where the local runtime, or an emulator, answers; absent when AWS's own endpoints are used. */
  readonly endpoint?: string;
}

/** `local Sluice-dev http://127.0.0.1:4566`, or `aws 111122223333 eu-west-1 Sluice-prod`. */
export function targetText({ kind, account, region, stack, endpoint }: Target): string {
  if (kind === 'local') return `local ${stack} ${endpoint}`;
  return [
    `aws ${account} ${region} ${stack}`,
    ...(endpoint === undefined ? [] : [`through ${endpoint}`]),
  ].join(' ');
}

import { styleText } from 'node:util';

/** What `--json` prints, and what the summary shows. */
export interface RuntimeDescription {
  readonly schemaVersion: 1;
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** Every output of the stack, with its value on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** For the calls under `/_sluice/`. */
  readonly controlToken: string;
  readonly pid: number;
}

/** What is where, for a person at a terminal. */
export function readySummary({
  endpoint,
  region,
  account,
  stackName,
  outputs,
  dataDir,
}: RuntimeDescription): string {
  const width = Math.max(...Object.keys(outputs).map((name) => name.length));
  const lines = Object.entries(outputs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `  ${styleText('dim', name.padEnd(width))}  ${value}`);
  return [
    `${styleText('bold', stackName)} runs on ${styleText('bold', endpoint)}   Region ${region}, account ${account}, data in ${dataDir}`,
    '',
    ...lines,
    '',
    'In another terminal:',
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `  aws s3 cp report.csv s3://${outputs['IngestBucketName'] ?? 'BUCKET'}/csv/report.csv`,
    '',
    'Ctrl-C stops it; the functions’ logs follow.',
    '',
  ].join('\n');
}

import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Empty the data folder first. */
  readonly fresh: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly stage: string;
  readonly region: string;
  /** A cloud assembly to run as it is; otherwise the project's own, synthesized when stale. */
  readonly assembly?: string;
}

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const START_HELP = `Usage: npm start -- [options]

Runs the pipeline of this project on this machine: S3, EventBridge, SQS, DynamoDB and the functions of the
synthesized template, behind one loopback port. Ctrl-C stops it; what was uploaded stays in the data folder.

  --port N          loopback port for every service (default 4566; 0 takes a free one)
  --data-dir DIR    where objects, queues, tables and logs are kept (default .sluice)
  --fresh           empty the data folder first
  --stage NAME      dev or prod, as the CDK context "stage" (default dev)
  --region NAME     Region that the pipeline believes to be in (default us-east-1)
  --assembly DIR    run this cloud assembly as it is, instead of synthesizing the project's own
  --json            print one line of JSON when ready; everything else goes to stderr
  --quiet           do not show the functions' logs (they are kept in the data folder)
  -h, --help        this text

Then, in another terminal:

  export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws s3 cp report.csv s3://BUCKET/csv/report.csv     # the bucket's name is printed at start
`;

/** @returns nothing when help is asked for @throws UsageError naming the wrong flag or value */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const port = Number(values.port ?? 4566);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port must be a whole number from 0 to 65535, not ${JSON.stringify(values.port)}`);
  }
  const stage = values.stage ?? 'dev';
  if (stage !== 'dev' && stage !== 'prod')
    throw new UsageError(`--stage must be dev or prod, not ${JSON.stringify(stage)}`);
  const region = values.region ?? 'us-east-1';
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    throw new UsageError(`--region ${JSON.stringify(region)} does not look like a Region, e.g. eu-west-1`);
  return {
    port,
    dataDir: values['data-dir'] ?? '.sluice',
    fresh: values.fresh ?? false,
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    stage,
    region,
    ...(values.assembly !== undefined && { assembly: values.assembly }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        fresh: { type: 'boolean' },
        stage: { type: 'string' },
        region: { type: 'string' },
        assembly: { type: 'string' },
        json: { type: 'boolean' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

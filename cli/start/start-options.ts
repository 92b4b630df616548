import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Empty the data folder first. */
  readonly fresh: boolean;
  readonly json: boolean;
  /** What follows at the terminal: a line per object, the functions' own lines, or neither. */
  readonly follow: 'objects' | 'logs' | 'nothing';
  readonly stage: string;
  readonly region: string;
  /** A cloud assembly to run as it is; otherwise the project's own, synthesized when stale. */
  readonly assembly?: string;
  /** Reload what changes in the sources. */
  readonly watch: boolean;
  /** Lets a debugger attach to the function of a consumer. */
  readonly inspect?: { readonly consumer: string; readonly port: number };
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
  --watch           reload handlers, patterns and the rest of the template when a source is saved; what is kept stays
  --inspect NAME    let a debugger attach to the function of this consumer: one invocation
                    at a time, and time at a breakpoint does not count
  --inspect-port N  loopback port of that debugger (default 9229; 0 takes a free one)
  --json            print one line of JSON when ready; everything else goes to stderr
  --logs            show the functions' own lines instead of one line per object (sluice logs shows them later too)
  --quiet           show neither
  -h, --help        this text

Then, in another terminal:

  npx sluice put report.csv csv/
  eval "$(npx sluice env)"                            # for the AWS CLI, boto3 and any SDK
  aws s3 cp report.csv "s3://$SLUICE_BUCKET/csv/report.csv"
`;

/** @returns nothing when help is asked for @throws UsageError naming the wrong flag or value */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const port = portIn('--port', values.port, 4566);
  if (values.logs === true && values.quiet === true) {
    throw new UsageError('--logs and --quiet exclude one another');
  }
  if (values.watch === true && values.assembly !== undefined) {
    throw new UsageError(
      '--watch and --assembly exclude one another: an assembly that is run as it is has no sources to watch',
    );
  }
  const stage = values.stage ?? 'dev';
  if (stage !== 'dev' && stage !== 'prod') {
    throw new UsageError(`--stage must be dev or prod, not ${JSON.stringify(stage)}`);
  }
  const region = values.region ?? 'us-east-1';
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) {
    throw new UsageError(`--region ${JSON.stringify(region)} does not look like a Region, e.g. eu-west-1`);
  }
  return {
    port,
    dataDir: values['data-dir'] ?? '.sluice',
    fresh: values.fresh ?? false,
    json: values.json ?? false,
    follow: values.quiet === true ? 'nothing' : values.logs === true ? 'logs' : 'objects',
    stage,
    region,
    watch: values.watch ?? false,
    ...(values.assembly !== undefined && { assembly: values.assembly }),
    ...inspectIn(values.inspect, values['inspect-port']),
  };
}

function portIn(flag: string, value: string | undefined, otherwise: number): number {
  const port = Number(value ?? otherwise);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`${flag} must be a whole number from 0 to 65535, not ${JSON.stringify(value)}`);
  }
  return port;
}

/** Node's own default is what VS Code and Chrome look for. */
function inspectIn(
  consumer: string | undefined,
  port: string | undefined,
): Pick<StartOptions, 'inspect'> | undefined {
  if (consumer !== undefined) return { inspect: { consumer, port: portIn('--inspect-port', port, 9_229) } };
  if (port === undefined) return undefined;
  throw new UsageError('--inspect-port is of use only with --inspect CONSUMER');
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
        watch: { type: 'boolean' },
        inspect: { type: 'string' },
        'inspect-port': { type: 'string' },
        json: { type: 'boolean' },
        logs: { type: 'boolean' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

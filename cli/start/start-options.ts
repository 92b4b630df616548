import type { ConsolePort } from './console-beside.ts';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export interface StartOptions {
  readonly port: number;
  /** Where the console is served; absent where it is not. */
  readonly console?: ConsolePort;
  readonly dataDir: string;
  /** Empty the data folder first. */
  readonly fresh: boolean;
  readonly json: boolean;
  /** What follows at the terminal: a line per object, the functions' own lines, or neither. */
  readonly follow: 'objects' | 'logs' | 'nothing';
  /** CDK context by name, over that of cdk.json: `--stage prod` is `{ stage: 'prod' }` */
  readonly context: Readonly<Record<string, string>>;
  readonly region: string;
  /** Which stack of the assembly, where it has several. */
  readonly stack?: string;
  /** A cloud assembly to run as it is; otherwise the project's own, synthesized when stale. */
  readonly assembly?: string;
  /** Reload what changes in the sources. */
  readonly watch: boolean;
  /** Verify every signature, against a secret of this start. */
  readonly isPrivate: boolean;
  /** Lets a debugger attach to the function of a consumer. */
  readonly inspect?: { readonly consumer: string; readonly port: number };
}

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @returns nothing when help is asked for @throws UsageError naming the wrong flag or value */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const port = portIn('--port', values.port, 4566);
  if (values.logs === true && values.quiet === true) {
    throw new UsageError('--logs and --quiet exclude one another');
  }
  if (values.private === true && values.inspect !== undefined) {
    throw new UsageError(
      '--inspect and --private exclude one another: whoever can open a connection to a debugger runs code as you',
    );
  }
  const context = contextIn(values.stage, values.context ?? []);
  if (values.assembly !== undefined) refuseWithAssembly(values);
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
    context,
    region,
    watch: values.watch ?? false,
    isPrivate: values.private ?? false,
    ...(values.stack !== undefined && { stack: values.stack }),
    ...(values.assembly !== undefined && { assembly: values.assembly }),
    ...consoleIn(values, port),
    ...inspectIn(values.inspect, values['inspect-port']),
  };
}

/** What is said of a synth that does not take place. */
function refuseWithAssembly({ watch, stage, context }: ReturnType<typeof parse>): void {
  const flag = watch === true ? '--watch' : stage !== undefined ? '--stage' : context && '--context';
  if (flag === undefined) return;
  const why = flag === '--watch' ? 'has no sources to watch' : 'is not synthesized';
  throw new UsageError(`${flag} and --assembly exclude one another: an assembly that is run as it is ${why}`);
}

function contextIn(stage: string | undefined, texts: readonly string[]): StartOptions['context'] {
  const context = new Map<string, string>();
  if (stage !== undefined) {
    if (!/^[a-z][a-z0-9-]*$/.test(stage)) {
      throw new UsageError(
        `--stage must be a name of small letters, digits and hyphens, such as dev or prod, not ${JSON.stringify(stage)}`,
      );
    }
    context.set('stage', stage);
  }
  for (const text of texts) {
    const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`--context must be NAME=VALUE, not ${JSON.stringify(text)}`);
    const before = context.get(name);
    if (before !== undefined && before !== value) {
      throw new UsageError(
        `the context ${JSON.stringify(name)} is given twice: ${JSON.stringify(before)} and ${JSON.stringify(value)}`,
      );
    }
    context.set(name, value);
  }
  return Object.fromEntries(context);
}

function portIn(flag: string, value: string | undefined, otherwise: number): number {
  const port = Number(value ?? otherwise);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`${flag} must be a whole number from 0 to 65535, not ${JSON.stringify(value)}`);
  }
  return port;
}

/** Beside the gateway's port. A program that reads one line of JSON has no use for a page, unless it says where. */
function consoleIn(
  { 'console-port': chosen, 'no-console': isUnwanted = false, json = false }: ReturnType<typeof parse>,
  gatewayPort: number,
): Pick<StartOptions, 'console'> | undefined {
  if (chosen !== undefined && isUnwanted) {
    throw new UsageError('--console-port and --no-console exclude one another');
  }
  if (chosen !== undefined) return { console: { port: portIn('--console-port', chosen, 0), isChosen: true } };
  if (isUnwanted || json) return undefined;
  const beside = gatewayPort === 0 || gatewayPort === 65_535 ? 0 : gatewayPort + 1;
  return { console: { port: beside, isChosen: false } };
}

/** Node's own default is what VS Code and Chrome look for. */
function inspectIn(
  consumers: readonly string[] = [],
  port: string | undefined,
): Pick<StartOptions, 'inspect'> | undefined {
  const [consumer, ...others] = consumers;
  if (others.length > 0) {
    throw new UsageError(
      `--inspect is given ${consumers.length} times (${consumers.join(', ')}); a debugger attaches to one consumer: name it once`,
    );
  }
  if (consumer !== undefined) return { inspect: { consumer, port: portIn('--inspect-port', port, 9_229) } };
  if (port === undefined) return undefined;
  throw new UsageError('--inspect-port is of use only with --inspect CONSUMER');
}

const FLAGS = {
  port: { type: 'string' },
  'console-port': { type: 'string' },
  'no-console': { type: 'boolean' },
  'data-dir': { type: 'string' },
  fresh: { type: 'boolean' },
  stage: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true },
  stack: { type: 'string' },
  region: { type: 'string' },
  assembly: { type: 'string' },
  watch: { type: 'boolean' },
  private: { type: 'boolean' },
  inspect: { type: 'string', multiple: true },
  'inspect-port': { type: 'string' },
  json: { type: 'boolean' },
  logs: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { parseInput } from '../protocols/aws-json.ts';
import { authorize, type Principal } from '../iam.ts';
import { functionConfiguration } from './function-configuration.ts';
import { decodedName } from './function-name.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { SwitchedMapping } from './switched-mapping.ts';

/** A request that no invocation is. */
export interface ConfigurationRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly principal: Principal;
}

export interface ConfigurationOptions {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly mappings: readonly SwitchedMapping[];
  /** By name or any form of its ARN. @throws AwsError `ResourceNotFoundException` */
  readonly find: (nameOrArn: string) => LambdaFunction;
}

/**
 * What Lambda tells of its functions and event source mappings, and the one thing that can be changed: whether a mapping
 * takes messages.
 *
 * @throws AwsError `NotImplemented` for every other call, with the reason where there is one
 */
export function answerConfiguration(request: ConfigurationRequest, options: ConfigurationOptions): object {
  const { method, path, principal } = request;
  const mapping = /^\/2015-03-31\/event-source-mappings(?:\/([^/]*))?\/?$/.exec(path);
  if (mapping !== null) return answerMapping(request, mapping[1] ?? '', options);
  const [matched, name = '', part = ''] =
    /^\/2015-03-31\/functions\/?(?:([^/]+)(?:\/(configuration))?)?\/?$/.exec(path) ?? [];
  if (matched === undefined) throw notImplemented(`Lambda ${method} ${path}`);
  if (method !== 'GET') throw fromTemplate(`Lambda ${method} ${path}`, 'functions');
  if (name === '') {
    authorize(principal, 'lambda:ListFunctions', '*');
    return {
      Functions: [...options.functions.values()].map(({ plan, modifiedAtMs }) =>
        functionConfiguration(plan, modifiedAtMs),
      ),
    };
  }
  const { plan, modifiedAtMs } = options.find(decodedName(name));
  authorize(principal, `lambda:GetFunction${part === '' ? '' : 'Configuration'}`, plan.arn);
  const configuration = functionConfiguration(plan, modifiedAtMs);
  // AWS gives a link to a copy of the code; here it lies on this machine
  return part === ''
    ? { Configuration: configuration, Code: { RepositoryType: 'S3', Location: `file://${plan.codeDir}` } }
    : configuration;
}

function answerMapping(
  request: ConfigurationRequest,
  uuid: string,
  { mappings, find }: ConfigurationOptions,
): object {
  const { method, path, query, body, principal } = request;
  if (method === 'GET' && uuid === '') {
    authorize(principal, 'lambda:ListEventSourceMappings', '*');
    const functionName = query.get('FunctionName');
    const name = functionName === null ? undefined : find(functionName).plan.name;
    const queueArn = query.get('EventSourceArn');
    const listed = mappings.filter(
      ({ plan }) =>
        (name === undefined || plan.functionName === name) &&
        (queueArn === null || plan.queueArn === queueArn),
    );
    return { EventSourceMappings: listed.map((one) => one.configuration()) };
  }
  if (method === 'POST' || method === 'DELETE') {
    throw fromTemplate(`Lambda ${method} ${path}`, 'event source mappings');
  }
  const mapping = mappings.find((one) => one.uuid === uuid);
  if (mapping === undefined) {
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }
  if (method === 'GET') {
    authorize(principal, 'lambda:GetEventSourceMapping', mapping.arn);
    return mapping.configuration();
  }
  if (method !== 'PUT') throw notImplemented(`Lambda ${method} ${path}`);
  authorize(principal, 'lambda:UpdateEventSourceMapping', mapping.arn);
  turn(mapping, parseInput(body));
  return mapping.configuration();
}

/** @throws AwsError for whatever else it should change */
function turn(mapping: SwitchedMapping, input: Readonly<Record<string, unknown>>): void {
  const { Enabled: enabled, FunctionName: functionName, ...others } = input;
  const [other] = Object.keys(others);
  const unasked = other ?? (isOther(functionName, mapping) ? 'FunctionName' : undefined);
  if (unasked !== undefined) {
    throw fromTemplate(`Lambda UpdateEventSourceMapping with ${unasked}`, 'event source mappings');
  }
  if (enabled === undefined) return;
  if (typeof enabled !== 'boolean') {
    throw new AwsError(
      'InvalidParameterValueException',
      `Enabled must be true or false, not ${JSON.stringify(enabled)}`,
    );
  }
  mapping.turn(enabled);
}

const isOther = (functionName: unknown, { plan }: SwitchedMapping): boolean =>
  functionName !== undefined &&
  !(typeof functionName === 'string' && functionName.split(':').at(-1) === plan.functionName);

const fromTemplate = (call: string, what: string): AwsError =>
  notImplemented(`${call} (${what} come from the template: change it there, and start again)`);

import { Script } from 'node:vm';
import { parseTarget, type ConsumerTarget } from '../../shared/consumer-target.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import { usageError } from '../cli-error.ts';

/** What `sluice add consumer` is asked to write, with nothing left open. */
export interface NewConsumer {
  /** `one-consumer` */
  readonly name: string;
  /** Which keys its rule lets through. None: all. */
  readonly prefixes: readonly string[];
  /** And which names it takes of those. None: all. */
  readonly suffixes: readonly string[];
  readonly hears: Hears;
  readonly target: ConsumerTarget;
  readonly reads: Reads;
  readonly keeps: KeepsKind;
  readonly kind: Kind;
}

const READS = ['object', 'nothing'] as const;
const KEEPS = ['rows', 'objects', 'nothing'] as const;
const KINDS = ['quick', 'slow', 'batch'] as const;
type Hears = 'created' | 'deleted' | 'both';
type Reads = (typeof READS)[number];
type KeepsKind = (typeof KEEPS)[number];
type Kind = (typeof KINDS)[number];

/** What was said on the command line, or answered. */
export interface ConsumerFlags {
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
  readonly created?: boolean;
  readonly deleted?: boolean;
  readonly reads?: string;
  readonly keeps?: string;
  readonly kind?: string;
  readonly target?: string;
}

/** Names that an entry imports. */
const TAKEN = ['allow = 0', 'tombstoneTtlDays = 0', 'byStage = 0'];

/** Names of files, exports and outputs are made of it: with more, they would be cut off or broken somewhere. */
const LONGEST_NAME = 40;

/**
 * The consumer that the flags mean, with a default for whatever they leave open: it reads the object and keeps a row of it, in a
 * function of its own.
 *
 * @throws CliError, a usage error, naming the flag and what it may be
 */
export function newConsumer(name: string, flags: ConsumerFlags): NewConsumer {
  checkName(name);
  for (const flag of ['prefix', 'suffix'] as const) flags[flag]?.forEach((text) => checkText(flag, text));
  const target = targetOf(flags.target ?? 'function');
  const keys = { name, prefixes: unique(flags.prefix), suffixes: unique(flags.suffix), target };
  const said = saidHears(flags);
  if (target.kind !== 'function') {
    refuseWork(flags, target);
    return { ...keys, hears: said ?? 'created', reads: 'nothing', keeps: 'nothing', kind: 'quick' };
  }
  const keeps = oneOf('keeps', flags.keeps ?? 'rows', KEEPS);
  const reads = oneOf('reads', flags.reads ?? (said === 'deleted' ? 'nothing' : 'object'), READS);
  const kind = oneOf('kind', flags.kind ?? (reads === 'object' ? 'slow' : 'quick'), KINDS);
  const hears = said ?? (keeps === 'rows' ? 'both' : 'created');
  refuseHears(hears, reads, keeps);
  return { ...keys, hears, reads, keeps, kind };
}

/** `one-consumer` → `oneConsumer`: what its entry exports. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** @throws CliError for a name that no file or export can have */
export function checkName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw usageError(`${JSON.stringify(name)} is no name in kebab-case`, 'write it like one-consumer');
  }
  if (name.length > LONGEST_NAME) {
    throw usageError(`${name} has ${name.length} characters`, `take a name of at most ${LONGEST_NAME}`);
  }
  try {
    // as a module of Node: `await` is a word there, and what every entry imports is taken
    new Script(`'use strict'; async () => { const ${camelCase(name)} = 0, ${TAKEN.join(', ')}; }`);
  } catch {
    throw usageError(
      `${camelCase(name)} is a word of JavaScript, or one that its entry needs`,
      `take another name, such as ${name}-files`,
    );
  }
}

/** S3's own limit. */
const LONGEST_KEY_BYTES = 1_024;

function checkText(flag: string, text: string): void {
  const what = `--${flag} ${JSON.stringify(text)}`;
  if (Buffer.byteLength(text) > LONGEST_KEY_BYTES) {
    throw usageError(`--${flag} has ${Buffer.byteLength(text)} bytes`, 'a key of S3 has at most 1,024');
  }
  if (flag === 'suffix' && text.endsWith('/')) {
    throw usageError(
      `${what} ends in a slash: only the placeholders of folders do, which no consumer is given`,
    );
  }
  if (text === '') throw usageError(`${what} is empty`, 'leave it out for every object');
  if (/\p{Cc}/u.test(text)) throw usageError(`${what} holds a control character`, 'take it out');
  // IAM, and EventBridge's wildcards, would take these for more than they are
  const odd = /[*?\\]|\$\{/.exec(text)?.[0];
  if (odd !== undefined) {
    throw usageError(
      `${what} holds ${odd}, which is no wildcard here`,
      `write the beginning or the end alone, such as --prefix images/ --suffix .png`,
    );
  }
}

function saidHears({ created = false, deleted = false }: ConsumerFlags): Hears | undefined {
  if (created && deleted) return 'both';
  if (created) return 'created';
  return deleted ? 'deleted' : undefined;
}

function refuseHears(hears: Hears, reads: Reads, keeps: KeepsKind): void {
  if (keeps === 'rows' && hears !== 'both') {
    throw usageError(
      `--keeps rows with --${hears} alone: a row says what its object is now, and must hear of both`,
      'leave --created and --deleted out',
    );
  }
  if (keeps === 'objects' && hears !== 'created') {
    throw usageError(
      '--keeps objects with --deleted: nothing of the pipeline takes away what is kept',
      'leave --deleted out; or --keeps rows, which become tombstones',
    );
  }
  if (reads === 'object' && keeps === 'nothing' && hears !== 'created') {
    throw usageError('--reads object with --deleted: what is deleted cannot be read', 'say --reads nothing');
  }
}

function refuseWork(flags: ConsumerFlags, { kind }: ConsumerTarget): void {
  for (const flag of ['reads', 'keeps', 'kind'] as const) {
    if (flags[flag] === undefined || (flag !== 'kind' && flags[flag] === 'nothing')) continue;
    throw usageError(
      `--${flag} ${flags[flag]} with --target ${kind}: only a function of the pipeline does something to an object`,
      `leave --${flag} out`,
    );
  }
}

function targetOf(text: string): ConsumerTarget {
  const [, kind = '', arn] = /^([a-z-]+)(?::(.*))?$/.exec(text) ?? [];
  const wanted = 'write function, queue, bus:ARN or state-machine:ARN';
  if (arn !== undefined && !/^arn:[\w-]+:(?:events|states):[\w-]+:\d{12}:[\w:/-]+$/.test(arn)) {
    throw usageError(`--target ${JSON.stringify(text)}: ${JSON.stringify(arn)} is no ARN of either`, wanted);
  }
  try {
    return parseTarget(JSON.stringify({ kind, arn }));
  } catch {
    throw usageError(`--target ${JSON.stringify(text)} is no target`, wanted);
  }
}

function oneOf<Value extends string>(flag: string, said: string, values: readonly Value[]): Value {
  const value = values.find((one) => one === said);
  if (value !== undefined) return value;
  throw usageError(`--${flag} ${JSON.stringify(said)} is none`, `one of ${values.join(', ')}`);
}

const unique = (texts: readonly string[] = []): readonly string[] => [...new Set(texts)];

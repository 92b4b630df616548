import type { Command } from 'commander';
import type { Session } from './session.ts';

/** A verb as the help of the whole lists it. Its flags, its help and its work are loaded when it is called. */
export interface Verb {
  /** `ls [options] [prefix]` */
  readonly usage: string;
  readonly summary: string;
  /** Loads what gives a command the verb's arguments, flags, help and work. */
  readonly load: () => Promise<(command: Command, session: Session) => void>;
}

/** In the order of the help: start, upload and look, then operate, then take away. */
export const VERBS: readonly Verb[] = [
  {
    usage: 'start [options]',
    summary: 'run the pipeline of this project on this machine',
    load: async () => (await import('./start/start-command.ts')).defineStart,
  },
  {
    usage: 'console [options]',
    summary: 'show the pipeline in a browser, and act on it there',
    load: async () => (await import('./console/console-command.ts')).defineConsole,
  },
  {
    usage: 'put [options] <files...>',
    summary: 'upload files, folders or standard input',
    load: async () => (await import('./objects/put-command.ts')).definePut,
  },
  {
    usage: 'ls [options] [prefix]',
    summary: 'list objects, each with the consumers that it reaches',
    load: async () => (await import('./objects/ls-command.ts')).defineLs,
  },
  {
    usage: 'get [options] <key> [file]',
    summary: 'download an object, or an older version of it',
    load: async () => (await import('./objects/get-command.ts')).defineGet,
  },
  {
    usage: 'rm [options] <keys...>',
    summary: 'remove objects, each with the consumers that hear of it',
    load: async () => (await import('./objects/rm-command.ts')).defineRm,
  },
  {
    usage: 'status [options] [key]',
    summary: 'what waits where; with a key or prefix, what became of that object, or of those',
    load: async () => (await import('./status/status-command.ts')).defineStatus,
  },
  {
    usage: 'flow [options]',
    summary: 'how much goes which way, how fast, and what waits where',
    load: async () => (await import('./flow/flow-command.ts')).defineFlow,
  },
  {
    usage: 'metrics [options]',
    summary: 'how each consumer did over time: events, failures, ages, times, memory',
    load: async () => (await import('./metrics/metrics-command.ts')).defineMetrics,
  },
  {
    usage: 'replay [options]',
    summary: 'play archived events again, to one consumer, a few or all',
    load: async () => (await import('./replay/replay-command.ts')).defineReplay,
  },
  {
    usage: 'archive [options]',
    summary: 'how many events the archive got, over time',
    load: async () => (await import('./archive/archive-command.ts')).defineArchive,
  },
  {
    usage: 'redrive [options]',
    summary: 'send dead letters back to their consumer’s queue',
    load: async () => (await import('./dead-letters/redrive-command.ts')).defineRedrive,
  },
  {
    usage: 'dead',
    summary: 'look at dead letters, one whole, or throw them away',
    load: async () => (await import('./dead-letters/dead-command.ts')).defineDead,
  },
  {
    usage: 'pause [options] <consumer>',
    summary: 'let a consumer’s messages wait',
    load: async () => (await import('./consumers/consumer-switch.ts')).definePause,
  },
  {
    usage: 'resume [options] <consumer>',
    summary: 'let a paused consumer go on',
    load: async () => (await import('./consumers/consumer-switch.ts')).defineResume,
  },
  {
    usage: 'backfill [options]',
    summary: 'send objects to the consumers that have not heard of them',
    load: async () => (await import('./backfill/backfill-command.ts')).defineBackfill,
  },
  {
    usage: 'verify [options]',
    summary: 'compare the bucket with the tables; --repair mends what differs',
    load: async () => (await import('./verify/verify-command.ts')).defineVerify,
  },
  {
    usage: 'explain [options] [what]',
    summary: 'why an object’s event, or any other, matches the rules or does not, clause by clause',
    load: async () => (await import('./explain/explain-command.ts')).defineExplain,
  },
  {
    usage: 'test-pattern [options] [pattern]',
    summary: 'hold a pattern against events, as EventBridge would',
    load: async () => (await import('./test-pattern/test-pattern-command.ts')).defineTestPattern,
  },
  {
    usage: 'routes [options] [keys...]',
    summary: 'which consumers would get an upload of each key, by the synthesized template alone',
    load: async () => (await import('./routes/routes-command.ts')).defineRoutes,
  },
  {
    usage: 'samples [options] [key]',
    summary: 'print events of each kind, to invoke a function or a test with',
    load: async () => (await import('./samples/samples-command.ts')).defineSamples,
  },
  {
    usage: 'logs [options]',
    summary: 'what the functions have logged',
    load: async () => (await import('./logs/logs-command.ts')).defineLogs,
  },
  {
    usage: 'doctor [options]',
    summary: 'find out what is wrong, and why access is denied',
    load: async () => (await import('./doctor/doctor-command.ts')).defineDoctor,
  },
  {
    usage: 'env [options]',
    summary: 'what to export so that other AWS tools reach the pipeline',
    load: async () => (await import('./env/env-command.ts')).defineEnv,
  },
  {
    usage: 'schema [verb...]',
    summary: 'the JSON Schema of a verb’s --json document',
    load: async () => (await import('./schema/schema-command.ts')).defineSchema,
  },
  {
    usage: 'cost [options]',
    summary: 'what a month of so many uploads costs, service by service',
    load: async () => (await import('./cost/cost-command.ts')).defineCost,
  },
  {
    usage: 'capacity [options]',
    summary: 'how many uploads a second each stage carries, and which limit is met first',
    load: async () => (await import('./capacity/capacity-command.ts')).defineCapacity,
  },
  {
    usage: 'init [options] <dir>',
    summary: 'make a small app that uses Sluice as a package',
    load: async () => (await import('./init/init-command.ts')).defineInit,
  },
  {
    usage: 'add',
    summary: 'write a new consumer into the project: entry, handler, test',
    load: async () => (await import('./add/add-command.ts')).defineAdd,
  },
  {
    usage: 'remove',
    summary: 'take a consumer out of the project again',
    load: async () => (await import('./add/remove-command.ts')).defineRemove,
  },
  {
    usage: 'connect-bucket [options]',
    summary: 'let a bucket that was there before send its events, or no more',
    load: async () => (await import('./connect/connect-command.ts')).defineConnectBucket,
  },
  {
    usage: 'empty [options]',
    summary: 'delete everything in the stack’s buckets, so that the stack can be removed',
    load: async () => (await import('./objects/empty-command.ts')).defineEmpty,
  },
];

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { alarmsFromContext, type AlarmContext } from './alarm-context.ts';
import { parseCorsOrigins } from './cors-origins.ts';
import { flagFrom } from './flag-context.ts';
import { ledgerLockFrom, type LedgerLock } from './ledger-lock.ts';
import { observabilityFromContext, type ObservabilityContext } from './observability-context.ts';
import { hardeningFromContext, type Hardening } from './security/hardening.ts';
import { parseHandOver } from './state-machine-arn.ts';
import { parseUploadPrefixes } from './upload-prefixes.ts';

/** The two kinds of stages: one that may be thrown away, and one that may not. */
export type StageKind = 'dev' | 'prod';

/** What differs between a stage that may be thrown away and one that may not. Numbers of one consumer are in its entry. */
export interface Stage extends AlarmContext, Hardening, ObservabilityContext {
  /** In lower case, as a part of names: `dev`, `prod`, `staging-eu` */
  readonly name: string;
  /** Which of the two it is like, where something differs between them: `byStage` goes by it. */
  readonly like: StageKind;
  /** What becomes of buckets, tables, archive and log groups when the stack is deleted. A bucket that still holds objects is never removed: it has to be emptied first. */
  readonly removalPolicy: RemovalPolicy;
  /** How far back a replay can reach. `undefined` keeps events for ever. */
  readonly archiveRetention: Duration | undefined;
  /** How long an overwritten or deleted object can still be brought back. */
  readonly noncurrentVersionRetention: Duration;
  readonly logRetention: RetentionDays;
  /** ARN of a state machine that takes over what is too large for a function (context `handOver`). @default it is said in the row */
  readonly handOver?: string | undefined;
  /** Whether rows and the ledger say who asked, and from which address (context `storeRequester`). @default false */
  readonly storeRequester?: boolean;
  /** Pages that may use presigned URLs and forms of the ingest bucket (context `corsOrigins`). @default none */
  readonly corsOrigins?: readonly string[];
  /** Where the uploader's policy lets objects be put: `['csv/']` (context `uploadPrefixes`). @default anywhere in the ingest bucket */
  readonly uploadPrefixes?: readonly string[];
  /** For how long nobody deletes what the ledger holds (context `ledgerLock`). @default it may be deleted at any time */
  readonly ledgerLock?: LedgerLock;
}

const STAGES: Readonly<Record<StageKind, Omit<Stage, 'name'>>> = {
  dev: {
    like: 'dev',
    removalPolicy: RemovalPolicy.DESTROY,
    archiveRetention: Duration.days(14),
    noncurrentVersionRetention: Duration.days(7),
    logRetention: RetentionDays.ONE_WEEK,
  },
  prod: {
    like: 'prod',
    removalPolicy: RemovalPolicy.RETAIN,
    archiveRetention: Duration.days(365),
    noncurrentVersionRetention: Duration.days(90),
    logRetention: RetentionDays.ONE_YEAR,
  },
};

/** The value of what the stage is like: `byStage(stage, { dev: 2, prod: 50 })` */
export function byStage<T>({ like }: Stage, values: Readonly<Record<StageKind, T>>): T {
  return values[like];
}

/**
 * The stage that the CDK context names (`-c stage=prod`, or `CDK_CONTEXT_JSON='{"stage":"prod"}'` without the CLI), with
 * what the context changes in it: `stageLike`, what alarm-context.ts, observability-context.ts and security/hardening.ts read, `storeRequester`,
 * `handOver`, `corsOrigins`, `uploadPrefixes`, `ledgerLock`, and `archiveRetentionDays`,
 * of which 0 is for ever. A stage of another name than dev is like prod unless `stageLike` says dev: nothing is thrown away that nobody
 * said may be.
 *
 * @default dev
 * @throws Error naming what the context holds and what it may
 */
export function stageFromContext(node: Node): Stage {
  const name: unknown = node.tryGetContext('stage') ?? 'dev';
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw refusal(
      'stage',
      name,
      'it becomes a part of names, so that it must be in lower case, with hyphens between words, such as prod or staging-eu',
    );
  }
  const corsOrigins = parseCorsOrigins(node.tryGetContext('corsOrigins'));
  const ledgerLock = ledgerLockFrom(node);
  const uploadPrefixes = parseUploadPrefixes(node.tryGetContext('uploadPrefixes'));
  return {
    name,
    ...STAGES[stageLike(node, name)],
    ...archiveRetention(node),
    ...alarmsFromContext(node),
    ...observabilityFromContext(node),
    ...hardeningFromContext(node),
    ...storeRequester(node),
    handOver: parseHandOver(node.tryGetContext('handOver')),
    corsOrigins,
    ...(uploadPrefixes !== undefined && { uploadPrefixes }),
    ...(ledgerLock !== undefined && { ledgerLock }),
  };
}

function stageLike(node: Node, name: string): StageKind {
  const said: unknown = node.tryGetContext('stageLike');
  const isKind = name === 'dev' || name === 'prod';
  if (said === undefined) return isKind ? name : 'prod';
  if (said !== 'dev' && said !== 'prod') {
    throw refusal('stageLike', said, 'it must be dev or prod, the two kinds of stages');
  }
  if (isKind && name !== said) {
    throw refusal('stageLike', said, `the stage is ${name}, which is like itself; give it another name`);
  }
  return said;
}

function archiveRetention(node: Node): Pick<Stage, 'archiveRetention'> | undefined {
  // a number in cdk.json, text from the command line
  const days: unknown = node.tryGetContext('archiveRetentionDays');
  if (days === undefined) return undefined;
  if ((typeof days !== 'number' && typeof days !== 'string') || !/^\d{1,5}$/.test(String(days))) {
    throw refusal(
      'archiveRetentionDays',
      days,
      'it must be a whole number of days, such as 30; 0 keeps events for ever',
    );
  }
  return { archiveRetention: Number(days) === 0 ? undefined : Duration.days(Number(days)) };
}

function storeRequester(node: Node): Pick<Stage, 'storeRequester'> | undefined {
  const flag = flagFrom(node, 'storeRequester');
  return flag === undefined ? undefined : { storeRequester: flag };
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}

/**
 * Longest life of an event after the archive has let go of it: 1 day of the rule's retries, 4 in the queue, 14 as a dead letter,
 * redriven 14 more.
 */
const DAYS_AFTER_ARCHIVE = 33;

/** How long a deleted object's row must stay, so that no late event can bring it back; 0 = for ever. */
export function tombstoneTtlDays({ archiveRetention }: Pick<Stage, 'archiveRetention'>): number {
  return archiveRetention === undefined ? 0 : archiveRetention.toDays() + DAYS_AFTER_ARCHIVE;
}

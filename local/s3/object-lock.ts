import type { IncomingHttpHeaders } from 'node:http';
import type { RequestContext } from '../iam/condition-keys.ts';
import type { ObjectLockPlan, RetentionMode } from '../object-lock-plan.ts';
import { invalidArgument, S3Error } from './s3-error.ts';

/** Until when a version is kept, and how firmly. */
export interface Retention {
  readonly mode: RetentionMode;
  readonly untilMs: number;
}

/**
 * What keeps a version from being deleted, as it is stored with it:
 *
 *     {"retention":{"mode":"GOVERNANCE","untilMs":1798377334000},"legalHold":true}
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export interface ObjectLock {
  readonly retention?: Retention | undefined;
  /** Holds until somebody lifts it, whatever the date. @default false */
  readonly legalHold?: boolean | undefined;
}

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';

const DAY_MS = 86_400_000;

/** Whether a request says anything of a lock. */
export const saysLock = (headers: IncomingHttpHeaders): boolean =>
  [MODE, UNTIL, HOLD].some((name) => headers[name] !== undefined);

/**
 * The lock that a new object's maker asks for.
 *
 * @throws S3Error `InvalidArgument` for half a retention, an unknown mode, a date that is none or has passed
 */
export function lockFromHeaders(headers: IncomingHttpHeaders, nowMs: number): ObjectLock {
  const [mode, until, hold] = [MODE, UNTIL, HOLD].map((name) => headers[name] as string | undefined);
  if ((mode === undefined) !== (until === undefined)) {
    const [lacking, said] = mode === undefined ? [MODE, UNTIL] : [UNTIL, MODE];
    throw invalidArgument(`${UNTIL} and ${MODE} must both be supplied`, lacking, `${said} alone`);
  }
  return {
    ...(until !== undefined && { retention: parseRetention({ mode, until }, nowMs) }),
    ...(hold !== undefined && { legalHold: parseLegalHold(hold) }),
  };
}

/** @throws S3Error `InvalidArgument` */
export function parseRetention(
  { mode, until }: { readonly mode: string | undefined; readonly until: string | undefined },
  nowMs: number,
): Retention {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw invalidArgument('Unknown wormMode directive.', MODE, mode);
  }
  const untilMs = parseDate(until);
  if (untilMs === undefined) {
    throw invalidArgument('The retain until date must be provided in ISO 8601 format', UNTIL, until);
  }
  if (untilMs <= nowMs) throw invalidArgument('The retain until date must be in the future!', UNTIL, until);
  return { mode, untilMs };
}

export function parseLegalHold(text: string | undefined): boolean {
  if (text === 'ON' || text === 'OFF') return text === 'ON';
  throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", HOLD, text);
}

/** Without a zone it is UTC's. */
function parseDate(text = ''): number | undefined {
  const [, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  const ms = Date.parse(`${String(time)}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The lock of a new object, whose retention is the bucket's where its maker asks for none. */
export function lockOfNew(
  { objectLock }: { readonly objectLock: ObjectLockPlan | undefined },
  asked: ObjectLock | undefined,
  nowMs: number,
): ObjectLock | undefined {
  const retention = asked?.retention ?? (objectLock && defaultRetention(objectLock, nowMs));
  return retention === undefined ? asked : { ...asked, retention };
}

function defaultRetention({ byDefault }: ObjectLockPlan, nowMs: number): Retention | undefined {
  if (byDefault === undefined) return undefined;
  const until = new Date(nowMs);
  until.setUTCDate(until.getUTCDate() + (byDefault.days ?? 0));
  until.setUTCFullYear(until.getUTCFullYear() + (byDefault.years ?? 0));
  return { mode: byDefault.mode, untilMs: until.getTime() };
}

/** Whether the lock keeps the version now: from who bypasses governance too, where `bypass` says that somebody does. */
export function isHeld(lock: ObjectLock | undefined, nowMs: number, bypass = false): boolean {
  if (lock?.legalHold === true) return true;
  const retention = inForce(lock?.retention, nowMs);
  return retention !== undefined && !(bypass && retention.mode === 'GOVERNANCE');
}

/**
 * @param bypass whether the caller asks to bypass governance, and may
 * @throws S3Error `AccessDenied` where a change of retention would let go of the version sooner, or less firmly
 */
export function checkRetentionChange(
  held: Retention | undefined,
  asked: Retention | undefined,
  { nowMs, bypass }: { readonly nowMs: number; readonly bypass: boolean },
): void {
  const retention = inForce(held, nowMs);
  if (retention === undefined) return;
  const isLonger = asked?.mode === retention.mode && asked.untilMs >= retention.untilMs;
  if (!isLonger && !(bypass && retention.mode === 'GOVERNANCE')) throw lockedError();
}

const inForce = (retention: Retention | undefined, nowMs: number): Retention | undefined =>
  retention !== undefined && retention.untilMs > nowMs ? retention : undefined;

export const lockedError = (): S3Error =>
  new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');

export const untilText = ({ untilMs }: Retention): string => new Date(untilMs).toISOString();

/** What a reader is told, of what it may know. */
export function lockHeaders(
  { retention, legalHold }: ObjectLock,
  may: { readonly retention: boolean; readonly legalHold: boolean },
): Record<string, string> {
  return {
    ...(retention !== undefined &&
      may.retention && { [MODE]: retention.mode, [UNTIL]: untilText(retention) }),
    ...(legalHold !== undefined && may.legalHold && { [HOLD]: legalHold ? 'ON' : 'OFF' }),
  };
}

/** What the headers of a request tell the conditions of policies. A day that has begun counts whole. */
export function lockConditions(headers: IncomingHttpHeaders, nowMs: number): RequestContext {
  const [mode, until, hold] = [MODE, UNTIL, HOLD].map((name) => headers[name] as string | undefined);
  const untilMs = parseDate(until);
  return {
    ...(mode !== undefined && { 's3:object-lock-mode': mode }),
    ...(hold !== undefined && { 's3:object-lock-legal-hold': hold }),
    ...(untilMs !== undefined && {
      's3:object-lock-remaining-retention-days': String(Math.ceil((untilMs - nowMs) / DAY_MS)),
    }),
  };
}

/** The headers that would ask for a retention: what is asked in a document is held against the same conditions. */
export const retentionHeaders = (
  mode: string | undefined,
  until: string | undefined,
): IncomingHttpHeaders => ({
  ...(mode !== undefined && { [MODE]: mode }),
  ...(until !== undefined && { [UNTIL]: until }),
});

export const legalHoldHeaders = (hold: string | undefined): IncomingHttpHeaders =>
  hold === undefined ? {} : { [HOLD]: hold };

/** As the tables keep it. */
export function lockColumn(lock: ObjectLock | undefined): string | null {
  const isNone = lock?.retention === undefined && lock?.legalHold === undefined;
  return isNone ? null : JSON.stringify(lock);
}

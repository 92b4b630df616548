import { failed, ok, warning, type Check } from './check.ts';
import type { ConsumerStatus } from './consumer-status.ts';
import type { Observation } from './observation.ts';
import { durationText, plural } from '../terminal/units.ts';

/** Whether a consumer's work succeeds: no letters is not health, when everything is tried again and again. */
export function workChecks(
  status: ConsumerStatus,
  seen: Observation | undefined,
  limits: AgeLimits,
): readonly Check[] {
  const { name, target, deadLetters, ruleDeadLetters } = status;
  return [
    ...(seen === undefined || target !== 'function'
      ? []
      : [startCheck(name, seen), recordsCheck(status, seen)]),
    ...letterCheck(
      `${name} letters`,
      deadLetters,
      target === 'function'
        ? 'that its function could not process'
        : 'that whoever drains it could not process',
    ),
    ...letterCheck(
      `${name} undelivered`,
      ruleDeadLetters,
      `that could not be delivered to ${DELIVERED_TO[target]}`,
    ),
    ...ageCheck(status, limits),
  ];
}

const DELIVERED_TO: Readonly<Record<ConsumerStatus['target'], string>> = {
  function: 'its queue',
  queue: 'its queue',
  bus: 'its bus',
  'state-machine': 'its state machine',
};

/** Ages of a queue's oldest message that somebody should look at. */
interface AgeLimits {
  /** The most that is well in a queue that a function of the stack drains. */
  readonly mostAgeMs: number;
  /** For how long the queue keeps a message; undefined when it is not known. */
  readonly retentionMs: number | undefined;
}

/** A queue that somebody else drains may be read once a day: it is late when SQS will soon delete what it holds. */
const LATE_SHARE = 0.75;

function ageCheck(
  { name, target, oldestAgeSeconds }: ConsumerStatus,
  { mostAgeMs, retentionMs }: AgeLimits,
): readonly Check[] {
  const ageMs = (oldestAgeSeconds ?? 0) * 1_000;
  const check = `${name} age`;
  const waited = `a message has waited for ${durationText(ageMs)}`;
  if (target === 'function') {
    return ageMs > mostAgeMs ? [warning(check, waited, `sluice logs --consumer ${name}`)] : [];
  }
  if (ageMs === 0) return [];
  if (retentionMs !== undefined && ageMs > retentionMs * LATE_SHARE) {
    return [
      warning(
        check,
        `${waited}, and the queue deletes what is older than ${durationText(retentionMs)}`,
        'have somebody drain it: no function of this stack does',
      ),
    ];
  }
  return [ok(check, `${waited}; somebody else drains the queue`)];
}

/** In AWS this shows in the records: Lambda calls a function that throws while it loads Active. */
function startCheck(consumer: string, { startFailure, trouble }: Observation): Check {
  const name = `${consumer} start`;
  if (startFailure !== undefined) {
    return failed(name, `the function does not start: ${startFailure}`, `sluice logs --consumer ${consumer}`);
  }
  if (trouble !== undefined) return failed(name, `its queue cannot be worked off: ${trouble}`);
  return ok(name, 'nothing is known against it');
}

function recordsCheck(
  status: ConsumerStatus,
  { isFailing, retrying: counted, failed: failures }: Observation,
): Check {
  const { name, waiting, inFlight, retrying, functionErrors, lastError } = status;
  const check = `${name} records`;
  if (!isFailing || (waiting === 0 && inFlight === 0 && (retrying ?? 0) === 0)) {
    return ok(
      check,
      failures === 0 ? 'none failed' : `${plural(failures, 'failure')}, and no message is left of them`,
    );
  }
  const what =
    counted === undefined
      ? `records fail (${failures} of them, ${plural(functionErrors ?? 0, 'whole invocation')}), and ${plural(inFlight ?? 0, 'message')} at most will come again`
      : `${plural(counted, 'message')} failed and will come again`;
  return failed(
    check,
    `${what}${lastError === null ? '' : `; the last error: ${lastError.error}`}`,
    `sluice logs --consumer ${name}`,
  );
}

function letterCheck(name: string, count: number | null, which: string): readonly Check[] {
  if (count === null || count === 0) return [];
  return [warning(name, `${plural(count, 'letter')} ${which}`, 'sluice dead list')];
}

import { failed, ok, warning, type Check } from './check.ts';
import type { ConsumerStatus } from './consumer-status.ts';
import type { Observation } from './observation.ts';
import { durationText, plural } from '../terminal/units.ts';

/** Whether a consumer's work succeeds: no letters is not health, when everything is tried again and again. */
export function workChecks(
  status: ConsumerStatus,
  seen: Observation | undefined,
  mostAgeMs: number,
): readonly Check[] {
  const { name, deadLetters, ruleDeadLetters, oldestAgeSeconds } = status;
  const ageMs = (oldestAgeSeconds ?? 0) * 1_000;
  return [
    ...(seen === undefined ? [] : [startCheck(name, seen), recordsCheck(status, seen)]),
    ...letterCheck(`${name} letters`, deadLetters, 'that its function could not process'),
    ...letterCheck(`${name} undelivered`, ruleDeadLetters, 'that could not be delivered to its queue'),
    ...(ageMs > mostAgeMs
      ? [
          warning(
            `${name} age`,
            `a message has waited for ${durationText(ageMs)}`,
            `sluice logs --consumer ${name}`,
          ),
        ]
      : []),
  ];
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

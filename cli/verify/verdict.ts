import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Scope } from '../session.ts';
import { countText, plural } from '../terminal/units.ts';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';
import type { ChosenFindings } from './chosen-findings.ts';
import type { Repair } from './repair.ts';
import type { Compared } from './verify.ts';

/** Nothing is on its way that could still change the verdict. */
export const isSettled = (
  { waiting = 0 }: Readonly<Record<string, number>>,
  queued: Readonly<Record<string, number>>,
): boolean => waiting === 0 && Object.keys(queued).length === 0;

/** What a verification has come to. */
export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  /** Those that differ for certain: nothing waits that could mend them. */
  readonly certain: number;
  readonly queued: Readonly<Record<string, number>>;
  /** Foreign rows. */
  readonly left: number;
  readonly repair: Repair | undefined;
  /** What --key and --class have chosen of the findings. */
  readonly chosen: ChosenFindings;
  readonly compared: Compared;
}

/** Says how bucket and tables differ, and what was sent to mend it. */
export function conclude({ terminal, signal }: Scope, verdict: Verdict): ExitCode {
  const { counts, certain, queued, left, repair, chosen, compared } = verdict;
  const { waiting = 0, ...differing } = counts;
  const words = Object.entries(differing).map(([name, count]) => `${countText(count)} ${name}`);
  if (words.length > 0) terminal.note(`✖ ${words.join(', ')}`);
  for (const key of chosen.notFound) {
    terminal.note(`nothing differs at ${terminalJson(JSON.stringify(key))} that --key and --class choose`);
  }
  if (waiting > 0) {
    terminal.note(
      `… ${countText(waiting)} waiting: their events are on their way or being tried again (sluice status)`,
    );
  }
  for (const [consumer, depth] of Object.entries(queued)) {
    terminal.note(
      `… not settled: the queue of ${consumer} holds about ${plural(depth, 'message')}, and AWS lets nobody look which`,
    );
  }
  if (compared.pending > 0) {
    terminal.note(`${plural(compared.pending, 'change')} too young to judge (--grace)`);
  }
  if (words.length === 0) {
    if (!isSettled(counts, queued) || chosen.notFound.length > 0) return EXIT.partlyDone;
    if (!signal.aborted) {
      terminal.note(compared.pending > 0 ? '✔ what is old enough to judge agrees' : '✔ they agree');
    }
    return EXIT.done;
  }
  if (repair === undefined) {
    terminal.note(
      `sluice verify --repair mends them${(counts['dead-lettered'] ?? 0) > 0 ? '; for dead letters mend the cause, then sluice redrive' : ''}`,
    );
    return certain > 0 ? EXIT.unhealthy : EXIT.partlyDone;
  }
  terminal.note(
    `sent ${plural(repair.sent, 'repair')}; verify again when the queues are empty (sluice status)`,
  );
  const [refusal] = repair.refused;
  if (refusal !== undefined) {
    terminal.note(
      `${plural(repair.refused.length, 'repair')} could not be sent (${terminalText(refusal)}): verify --repair again`,
    );
  }
  if (left > 0) terminal.note(`${plural(left, 'foreign row')} left alone: find out who wrote them`);
  if (chosen.others > 0) {
    terminal.note(`${plural(chosen.others, 'finding')} not chosen: they differ still`);
  }
  const isAll = left + chosen.others + chosen.notFound.length === 0 && refusal === undefined;
  return isAll && isSettled(counts, queued) ? EXIT.done : EXIT.partlyDone;
}

import type { Cell, Row } from '../cell.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Scope } from '../session.ts';
import { pipelineStatus, type ConsumerStatus } from '../pipeline-status.ts';
import { parseDuration, parseMoment } from '../time.ts';
import { bytesText, countText } from '../units.ts';

export interface PipelineStatusFlags {
  readonly consumer?: readonly string[];
  readonly check?: boolean;
  readonly since: string;
  readonly maxAge: string;
}

/** Prints how the whole pipeline is. @returns 5 with `--check` when something is wrong */
export async function showPipeline(
  { pipeline, terminal }: Scope,
  flags: PipelineStatusFlags,
): Promise<ExitCode> {
  const status = await pipelineStatus(pipeline, {
    consumers: pipeline.consumersNamed(flags.consumer),
    since: parseMoment(flags.since, '--since', await pipeline.now()),
    mostAgeMs: parseDuration(flags.maxAge, '--max-age'),
  });
  const { consumers, archive, problems } = status;
  if (terminal.isJson) {
    terminal.document({
      verb: 'status',
      target: pipeline.target,
      isHealthy: problems.length === 0,
      ...status,
    });
  } else {
    terminal.rows(
      [
        { heading: 'consumer', kind: 'name' },
        { heading: 'rule', kind: 'state' },
        { heading: 'waiting', kind: 'count' },
        { heading: 'in flight', kind: 'count' },
        { heading: 'oldest', kind: 'duration' },
        { heading: 'dead letters', kind: 'count' },
        { heading: 'undelivered', kind: 'count' },
        { heading: 'function errors', kind: 'count' },
      ],
      consumers.map(statusRow),
    );
    terminal.note(
      `archive ${archive.state.toLowerCase()}: ${countText(archive.events)} events, ${bytesText(archive.bytes)}, kept ${archive.retentionDays === 0 ? 'for ever' : `${archive.retentionDays} days`}`,
    );
    for (const problem of problems) terminal.note(`✖ ${problem}`);
    if (problems.length === 0) terminal.note('✔ nothing is wrong');
  }
  return flags.check === true && problems.length > 0 ? EXIT.unhealthy : EXIT.done;
}

function statusRow(status: ConsumerStatus): Row {
  const { name, rule, waiting, inFlight, oldestAgeSeconds, deadLetters, ruleDeadLetters, functionErrors } =
    status;
  return [
    name,
    rule === 'disabled' ? { value: rule, style: 'red' } : rule,
    waiting,
    inFlight,
    oldestAgeSeconds === null ? '–' : oldestAgeSeconds * 1_000,
    numberCell(deadLetters, 'red'),
    numberCell(ruleDeadLetters, 'red'),
    numberCell(functionErrors, 'yellow'),
  ];
}

/** @param style of a number that is not nothing */
function numberCell(count: number | null, style: 'red' | 'yellow'): Cell {
  if (count === null) return '?';
  return count > 0 ? { value: count, style } : count;
}

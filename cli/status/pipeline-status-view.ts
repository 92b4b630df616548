import type { statusDocument } from './status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Cell, TableLine } from '../terminal/cell.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Scope } from '../session.ts';
import type { ConsumerStatus } from './consumer-status.ts';
import { pipelineStatus, type PipelineStatus } from './pipeline-status.ts';
import { tallyLines } from './tally-words.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parseDuration, parseMoment } from '../terminal/time.ts';
import { bytesText, countText } from '../terminal/units.ts';

export interface PipelineStatusFlags {
  readonly consumer?: readonly string[];
  readonly check?: boolean;
  readonly since: string;
  readonly maxAge: string;
}

/** Prints how the whole pipeline is. @returns 5 with `--check` when something is wrong; 4 without when something could not be asked */
export async function showPipeline(
  { pipeline, terminal }: Scope,
  flags: PipelineStatusFlags,
): Promise<ExitCode> {
  const status = await pipelineStatus(pipeline, {
    consumers: pipeline.consumersNamed(flags.consumer),
    since: parseMoment(flags.since, '--since', await pipeline.now()),
    mostAgeMs: parseDuration(flags.maxAge, '--max-age'),
  });
  const { problems, isPartial, ...shown } = status;
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof statusDocument>>({
      verb: 'status',
      target: pipeline.deployment,
      isHealthy: problems.length === 0,
      ...shown,
      problems,
    });
  } else showTable(terminal, status);
  if (flags.check === true) return problems.length > 0 ? EXIT.unhealthy : EXIT.done;
  return isPartial ? EXIT.partlyDone : EXIT.done;
}

function showTable(terminal: Terminal, { consumers, archive, tally, problems }: PipelineStatus): void {
  terminal.rows(
    [
      { heading: 'consumer', kind: 'name' },
      { heading: 'state', kind: 'state' },
      { heading: 'waiting', kind: 'count' },
      { heading: 'in flight', kind: 'count' },
      { heading: 'retrying', kind: 'count' },
      { heading: 'oldest', kind: 'duration' },
      { heading: 'letters', kind: 'count' },
      { heading: 'undelivered', kind: 'count' },
      { heading: 'function errors', kind: 'count' },
    ],
    consumers.map(statusLine),
  );
  if (archive !== null) {
    const kept = archive.retentionDays === 0 ? 'for ever' : `${archive.retentionDays} days`;
    terminal.note(
      `archive ${archive.state.toLowerCase()}: ${countText(archive.events)} events, ${bytesText(archive.bytes)}, kept ${kept}`,
    );
  }
  for (const line of tallyLines(tally)) terminal.note(`– ${terminalText(line)}`);
  for (const problem of problems) terminal.note(`✖ ${terminalText(problem)}`);
  if (problems.length === 0) terminal.note('✔ nothing is wrong');
}

function statusLine(status: ConsumerStatus): TableLine {
  const {
    name,
    waiting,
    inFlight,
    retrying,
    oldestAgeSeconds,
    deadLetters,
    ruleDeadLetters,
    functionErrors,
  } = status;
  const [state, isOn] = stateText(status);
  const hasQueue = status.target === 'function' || status.target === 'queue';
  const hasFunction = status.target === 'function';
  return [
    name,
    isOn ? state : { value: state, style: 'red' },
    hasQueue ? (waiting ?? '?') : '–',
    hasQueue ? (inFlight ?? '?') : '–',
    hasFunction ? numberCell(retrying, 'red') : '–',
    oldestAgeSeconds === null ? '–' : oldestAgeSeconds * 1_000,
    hasQueue ? numberCell(deadLetters, 'red') : '–',
    numberCell(ruleDeadLetters, 'red'),
    hasFunction ? numberCell(functionErrors, 'yellow') : '–',
  ];
}

/** What is not as it should be, the rule's state first: what it lets by never waits. */
function stateText({ target, rule, mapping }: ConsumerStatus): readonly [text: string, isOn: boolean] {
  if (rule !== 'enabled') return [rule === null ? '?' : `rule ${rule}`, false];
  if (target !== 'function') return [ON[target], true];
  if (mapping === 'enabled') return ['on', true];
  if (mapping === 'disabled' || mapping === 'disabling') return ['paused', false];
  return [mapping === null ? '?' : `mapping ${mapping}`, false];
}

const ON: Readonly<Record<Exclude<ConsumerStatus['target'], 'function'>, string>> = {
  queue: 'on, queue only',
  bus: 'on, to a bus',
  'state-machine': 'on, to a state machine',
};

/** @param style of a number that is not nothing */
function numberCell(count: number | null, style: 'red' | 'yellow'): Cell {
  if (count === null) return '?';
  return count > 0 ? { value: count, style } : count;
}

import type { replayCancelDocument, replayListDocument, replayShowDocument } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { replayOutcomes } from './replay-outcomes.ts';
import { leftOf } from './replay-left.ts';
import { showLeft, showOutcomes } from './replay-view.ts';
import { archiveOf } from '../archive/described-archive.ts';
import type { ReplayState } from './replay-progress.ts';
import { cancelReplay, describeReplay, listReplays } from './replay.ts';
import { routesOf } from '../pipeline/routing.ts';
import { withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';

interface CancelFlags {
  readonly dryRun?: boolean;
}

/** What is done with a replay that was started: `replay list`, `replay show`, `replay cancel`. */
export function addReplays(replay: Command, session: Session): void {
  const run = async (command: Command, work: (scope: Scope) => Promise<ExitCode>) =>
    // a flag may stand before the inner verb too
    await session.run(command.optsWithGlobals<CommonFlags>(), work);
  withTarget(
    replay.command('list').description('replays of this pipeline’s archive, the newest first'),
  ).action(async (_: object, command: Command) => await run(command, list));
  withTarget(
    replay.command('show').description('where a replay is, and what it brought about').argument('<name>'),
  ).action(
    async (name: string, _: object, command: Command) => await run(command, (scope) => show(scope, name)),
  );
  withTarget(
    withChange(
      replay.command('cancel').description('stop a replay; what it has replayed stays').argument('<name>'),
    ),
  ).action(
    async (name: string, { dryRun = false }: CancelFlags, command: Command) =>
      await run(command, (scope) => cancel(scope, name, dryRun)),
  );
}

async function list({ pipeline, terminal }: Scope): Promise<ExitCode> {
  const replays = await listReplays(pipeline, await archiveOf(pipeline));
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof replayListDocument>>({
      verb: 'replay list',
      target: pipeline.deployment,
      replays,
    });
    return EXIT.done;
  }
  terminal.rows(
    [
      { heading: 'replay', kind: 'name' },
      { heading: 'state', kind: 'state' },
      { heading: 'started', kind: 'time' },
      { heading: 'events from', kind: 'time' },
      { heading: 'until', kind: 'time' },
      { heading: 'done', kind: 'count' },
    ],
    replays.map((one) => [one.name, one.state, one.startedAt, one.since, one.until, percentText(one)]),
  );
  if (replays.length === 0) terminal.note('there was none in the last 90 days');
  return EXIT.done;
}

const percentText = ({ progress }: ReplayState): string => `${Math.floor(progress * 100)} %`;

async function show({ pipeline, terminal }: Scope, name: string): Promise<ExitCode> {
  const state = await describeReplay(pipeline, name);
  const routes = await routesOf(pipeline, pipeline.consumers);
  const reached = routes.filter(({ ruleArn }) => state.ruleArns?.includes(ruleArn) === true);
  const consumers = reached.map(({ consumer }) => consumer);
  const outcomes = await replayOutcomes(pipeline, consumers, name, new Date(state.startedAt ?? 0));
  const left = await leftOf(pipeline, consumers, name);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof replayShowDocument>>({
      verb: 'replay show',
      target: pipeline.deployment,
      replay: state,
      consumers: consumers.map(({ name: consumer }) => consumer),
      outcomes,
      left,
    });
    return EXIT.done;
  }
  const {
    state: what,
    stateReason = '',
    since,
    until,
    startedAt = '',
    endedAt = '',
    lastReplayed = '',
  } = state;
  for (const [label, text] of Object.entries({
    state: what,
    reason: stateReason,
    done: percentText(state),
    consumers: consumers.map(({ name: consumer }) => consumer).join(', '),
    from: since,
    until,
    started: startedAt,
    ended: endedAt,
    'last replayed': lastReplayed,
  })) {
    if (text !== '') terminal.line(`${label.padEnd(14)}${text}`);
  }
  showOutcomes(terminal, outcomes);
  showLeft(terminal, left, outcomes);
  return EXIT.done;
}

async function cancel({ pipeline, terminal }: Scope, name: string, isDryRun: boolean): Promise<ExitCode> {
  if (!isDryRun) await terminal.confirm(`stop replay ${name}?`);
  const state = isDryRun ? await describeReplay(pipeline, name) : await cancelReplay(pipeline, name);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof replayCancelDocument>>({
      verb: 'replay cancel',
      target: pipeline.deployment,
      dryRun: isDryRun,
      replay: state,
    });
  }
  terminal.note(
    `replay ${name} is ${state.state}, after ${percentText(state)} of its time; what it has replayed stays`,
  );
  return EXIT.done;
}

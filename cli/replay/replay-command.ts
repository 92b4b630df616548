import type { replayDocument } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { PATIENCE_MS } from '../pipeline/patience.ts';
import { previewReplay } from './replay-preview.ts';
import { awaitConsumers, conclude, follow } from './replay-following.ts';
import { showOutcomes, showPreview } from './replay-view.ts';
import { archiveOf } from '../archive/described-archive.ts';
import { checkWindow, type Window } from './replay-window.ts';
import { describeReplay, startReplay } from './replay.ts';
import { addReplays } from './replays.ts';
import { routesOf } from '../pipeline/routing.ts';
import {
  withChange,
  withConsumers,
  withTarget,
  type CommonFlags,
  type Scope,
  type Session,
} from '../session.ts';
import { parseDuration, parseMoment } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';

interface ReplayFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly since: string;
  readonly until?: string;
  readonly name?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly patience?: string;
}

const HELP = `
Plays archived events again, to the rules of this stack and to no other rule of the bus. Rows are keyed by the events'
order, so a replay of everything changes no row, unless a consumer's REVISION was raised since: then it recomputes that
consumer's rows. Events pass in slices of a minute of their own time, in no promised order.

  sluice replay --since 2h --dry-run                        how many events, to whom, which rows could change
  sluice replay --since 2026-11-01 --consumer CONSUMER
  sluice replay --since 3d --until 10m --name after-the-fix
  sluice replay list                                        sluice replay show NAME, sluice replay cancel NAME

The name makes it safe to repeat: a replay of that name which exists is followed, not started again. Ctrl-C stops
watching; the replay goes on. It waits as long as something moves: when a queue is paused or a consumer fails, it says what
is left, and ends with exit code 4.`;

export function defineReplay(command: Command, session: Session): void {
  command
    .option('--since <time>', 'only events after this time: 10m, 2h, 3d ago, or ISO 8601')
    .option('--until <time>', 'only events before this time (default: now; in AWS say 10m, or --force)')
    .option('--name <name>', 'name of the replay: 1 to 64 letters, digits, dots, hyphens, underscores')
    .option('--force', 'in AWS: include the last ten minutes, some of which the archive may lack')
    .option('--no-wait', 'start it, and do not follow it')
    .option('--patience <time>', 'stop waiting when nothing has moved for so long (default: 30s; in AWS 10m)')
    .addHelpText('after', HELP);
  command.allowExcessArguments();
  withTarget(withChange(withConsumers(command))).action(async (flags: Partial<ReplayFlags>) => {
    const { since } = flags;
    const [word] = command.args;
    if (word !== undefined) {
      throw usageError(
        `replay has no ${JSON.stringify(word)}`,
        'replay list, replay show NAME, replay cancel NAME',
      );
    }
    if (since === undefined) {
      throw usageError('--since is missing', 'sluice replay --since 2h; or sluice replay list');
    }
    await session.run(flags as ReplayFlags, (scope) => replay(scope, { ...flags, since } as ReplayFlags));
  });
  addReplays(command, session);
}

async function replay(scope: Scope, flags: ReplayFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const now = await pipeline.now();
  const window = {
    since: wholeSecond(parseMoment(flags.since, '--since', now)),
    until: flags.until === undefined ? now : parseMoment(flags.until, '--until', now),
  };
  const name = flags.name ?? defaultName(now);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw usageError(
      `--name ${JSON.stringify(name)} is no name of a replay`,
      'write 1 to 64 letters, digits, dots, hyphens and underscores',
    );
  }
  const patienceMs =
    flags.patience === undefined
      ? PATIENCE_MS[pipeline.deployment.kind]
      : parseDuration(flags.patience, '--patience');
  checkWindow(window, pipeline, now, flags.force === true);
  const archive = await archiveOf(pipeline);
  const routes = await routesOf(pipeline, pipeline.consumersNamed(flags.consumer));
  const reached = routes.filter(({ isEnabled }) => isEnabled);
  for (const { consumer, isEnabled } of routes) {
    if (!isEnabled) terminal.note(`${consumer.name} gets nothing: its rule is disabled`);
  }
  if (reached.length === 0) {
    throw new CliError('no rule is enabled that a replay could reach', {
      nextStep: 'enable one: aws events enable-rule --name RULE',
    });
  }
  if (archive.createdAt !== undefined && archive.createdAt > window.since) {
    terminal.note(
      `the archive keeps nothing from before ${archive.createdAt.toISOString()}: that is for sluice backfill`,
    );
  }
  const preview = await previewReplay(pipeline, routes, window);
  if (!terminal.isJson) showPreview(terminal, window, preview);
  if (flags.dryRun === true) {
    if (terminal.isJson) {
      terminal.document<DocumentOf<typeof replayDocument>>({
        verb: 'replay',
        target: pipeline.deployment,
        dryRun: true,
        ...windowText(window),
        preview,
      });
    }
    return EXIT.done;
  }
  await terminal.confirm(
    `replay ${plural(preview.events, 'event')} to ${reached.map((one) => one.consumer.name).join(', ')}?`,
  );
  let waitedFor = '';
  const isNew = await startReplay(pipeline, {
    name,
    archive,
    routes: reached,
    ...window,
    signal,
    patienceMs,
    onWaiting: (active) => {
      // once, and again when others are waited for
      const text = `ten replays are active in this account and Region: waiting for one to end${active.length > 0 ? ` (${active.join(', ')})` : ''}`;
      if (text !== waitedFor) terminal.note(text);
      waitedFor = text;
    },
  });
  const started = await describeReplay(pipeline, name);
  const others = new Set(started.ruleArns).symmetricDifference(
    new Set(reached.map(({ ruleArn }) => ruleArn)),
  );
  if (!isNew && others.size > 0) {
    throw usageError(`there is a replay ${name} already, to other consumers`, 'choose another --name');
  }
  terminal.note(
    isNew
      ? `replay ${name} has started`
      : `replay ${name} was started before, from ${started.since} to ${started.until}, and is followed now`,
  );
  const end = flags.wait ? await follow(scope, name, patienceMs) : started;
  const settling =
    flags.wait && end.state === 'COMPLETED'
      ? await awaitConsumers(scope, end, reached, patienceMs)
      : undefined;
  const outcomes = settling?.outcomes ?? [];
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof replayDocument>>({
      verb: 'replay',
      target: pipeline.deployment,
      dryRun: false,
      ...windowText(window),
      preview,
      isNew,
      replay: end,
      outcomes,
      ...(settling !== undefined && { isSettled: settling.isSettled, left: settling.left }),
    });
  } else showOutcomes(terminal, outcomes);
  return flags.wait ? conclude(scope, end, settling, patienceMs) : EXIT.done;
}

/** EventBridge takes whole seconds; an event's own time has no more. */
const wholeSecond = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1_000) * 1_000);

/** `sluice-20261120T070000-1f2e` */
const defaultName = (now: Date): string =>
  `sluice-${now.toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}-${randomBytes(2).toString('hex')}`;

const windowText = ({ since, until }: Window) => ({ since: since.toISOString(), until: until.toISOString() });

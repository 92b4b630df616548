import type { pauseDocument, resumeDocument } from './switch-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { mappingOf, turnMapping } from './mapping-switch.ts';
import { hasFunction, TARGET_WORDS, type FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { plural } from '../terminal/units.ts';

interface SwitchFlags extends CommonFlags {
  readonly dryRun?: boolean;
}

const PAUSE_HELP = `
Disables the event source mapping between the consumer's queue and its function, and waits until that is so: what the
function has in hand is finished, what comes waits in the queue. Nothing is lost as long as it is resumed before the
queue's retention is over (four days, unless the template says otherwise). It stays paused over a restart and a deployment.

  sluice pause CONSUMER --yes
  sluice status                              shows it as paused`;

const RESUME_HELP = `
Enables the event source mapping again: what has waited is worked off.

  sluice resume CONSUMER --yes`;

export function definePause(command: Command, session: Session): void {
  defineSwitch(command.addHelpText('after', PAUSE_HELP), session, false);
}

export function defineResume(command: Command, session: Session): void {
  defineSwitch(command.addHelpText('after', RESUME_HELP), session, true);
}

function defineSwitch(command: Command, session: Session, isResumed: boolean): void {
  command.argument('<consumer>', 'as sluice status names it');
  withTarget(withChange(command)).action(async (name: string, flags: SwitchFlags) => {
    await session.run(flags, async (scope) => turn(scope, name, isResumed, flags));
  });
}

/** @throws CliError, usage, on a consumer without an event source mapping, which says how else it is stopped */
function switchable(pipeline: Pipeline, name: string): FunctionConsumer {
  const [consumer] = pipeline.consumersNamed([name]);
  if (hasFunction(consumer!)) return consumer;
  const { kind, ruleName } = consumer!;
  throw usageError(
    `${name} cannot be paused or resumed: it sends to ${TARGET_WORDS[kind]}, and has no event source mapping`,
    kind === 'queue'
      ? 'stop and start whoever drains its queue: its messages wait there meanwhile'
      : `aws events disable-rule --name ${ruleName} lets its events pass by; after aws events enable-rule, sluice replay --consumer ${name} sends what passed by`,
  );
}

async function turn(
  { pipeline, terminal, signal }: Scope,
  name: string,
  isResumed: boolean,
  { dryRun = false }: SwitchFlags,
): Promise<ExitCode> {
  const consumer = switchable(pipeline, name);
  const [verb, wanted] = isResumed ? (['resume', 'Enabled'] as const) : (['pause', 'Disabled'] as const);
  const { State: before = 'unknown' } = await mappingOf(pipeline, consumer);
  const depth = await queueDepth(pipeline, consumer.queueUrl);
  const waiting = depth.waiting + depth.inHand;
  terminal.note(`${name}: its event source mapping is ${before}, ${plural(waiting, 'message')} in its queue`);
  let state = before;
  if (!dryRun && before !== wanted) {
    await terminal.confirm(`${verb} ${name}?`);
    state = await turnMapping(pipeline, consumer, isResumed, signal);
    terminal.note(`${name}: ${state === wanted ? `${verb}d` : `still ${state}`}`);
  }
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof pauseDocument | typeof resumeDocument>>({
      verb,
      target: pipeline.deployment,
      dryRun,
      consumer: name,
      before,
      state,
      waiting,
    });
  }
  return EXIT.done;
}

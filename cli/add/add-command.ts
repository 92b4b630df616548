import type { Command } from 'commander';
import { startCommand } from '../../shared/own-commands.ts';
import { consumersDiagram } from '../../shared/routes/consumers-diagram.ts';
import { pipelineIn } from '../../shared/routes/routes-in.ts';
import { EXIT } from '../exit-code.ts';
import { readStack } from '../routes/assembly-template.ts';
import { withChange, type Session } from '../session.ts';
import { plural } from '../terminal/units.ts';
import { backwardCommands } from './backward-commands.ts';
import { withConsumerFlags } from './consumer-flags.ts';
import { changesToAdd } from './consumer-files.ts';
import { heardText, keptText } from './consumer-words.ts';
import { DIAGRAM_PAGE, holdsDiagram, pageWith } from './diagram.ts';
import { makeChanges, type FileChange } from './file-change.ts';
import { FILL_IN } from './function-files.ts';
import { checkName, newConsumer, type ConsumerFlags } from './new-consumer.ts';
import { filesAbout, openProject, refuseTaken } from './project.ts';
import { answered } from './questions.ts';
import { Trial } from './trial.ts';
import { shownDiffLine, unifiedDiff } from './unified-diff.ts';

interface AddFlags extends ConsumerFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Tests of this repository that keep what a consumer makes of the template, and where. An app has none of them. */
const SNAPSHOT_TESTS = ['test/infra/pipeline-stack.test.ts'];
const SNAPSHOTS = ['test/infra/__snapshots__'];

const HELP = `
  sluice add consumer NAME --prefix images/ --suffix .png

Then fill in the three lines that it names. docs/adding-a-consumer.md says what a handler may do. To take it back:
sluice remove consumer NAME`;

const CONSUMER_HELP = `
Writes its entry, its handler with a pure core, a test, and its place in the list, the README and the diagram: all of it passes the
project's checks as it is. What the flags leave open is asked on a terminal, else it is as said above. What infra refuses at
synth is told, and then nothing is written.

  sluice add consumer NAME --prefix images/ --suffix .png --suffix .jpg     a row of each image
  sluice add consumer NAME --prefix orders/ --keeps objects                 an object for each order
  sluice add consumer NAME --reads nothing --keeps nothing --created --deleted
  sluice add consumer NAME --prefix shared/ --target queue
  sluice add consumer NAME --prefix shared/ --target bus:arn:aws:events:eu-west-1:111122223333:event-bus/partner`;

export function defineAdd(command: Command, session: Session): void {
  command.addHelpText('after', HELP);
  const consumer = command
    .command('consumer')
    .description('a rule, its target, and the code that it calls')
    .argument('<name>', 'in kebab-case, such as one-consumer')
    .addHelpText('after', CONSUMER_HELP);
  withChange(withConsumerFlags(consumer)).action(async (name: string, flags: AddFlags) => {
    await addConsumer(name, flags, session);
  });
}

async function addConsumer(name: string, flags: AddFlags, session: Session): Promise<void> {
  const terminal = session.terminal(flags);
  const project = openProject(process.cwd());
  checkName(name);
  const consumer = newConsumer(name, await answered(flags, terminal));
  refuseTaken(project, consumer);
  const files = filesAbout(project, name);
  const own = changesToAdd(files, consumer, project.shape);
  terminal.note(`${name}: ${heardText(consumer)}; it keeps ${keptText(consumer)}`);
  using trial = new Trial(project.path, own, session.signal);
  const assembly = await trial.synthesize();
  const changes = [...own, ...(await diagramChange(files.get(DIAGRAM_PAGE), assembly))];
  if (flags.dryRun === true) {
    const { stdout } = session.streams;
    for (const line of changes.flatMap(unifiedDiff)) terminal.line(shownDiffLine(line, stdout));
    session.exitCode = EXIT.done;
    return;
  }
  const all = [...changes, ...(await trial.snapshots(SNAPSHOT_TESTS, SNAPSHOTS))];
  for (const { file, before } of all) terminal.note(`  ${before === undefined ? '+' : '~'} ${file}`);
  await terminal.confirm(`write ${plural(all.length, 'file')}?`);
  makeChanges(project.path, all);
  terminal.note(`${name} is there; a running ${startCommand('--watch')} takes it up`);
  const toFill = linesToFillIn(changes);
  if (toFill.length > 0) terminal.note(`${plural(toFill.length, 'line')} to fill in:`);
  for (const line of toFill) terminal.line(line);
  terminal.note('it hears of what comes from now on; of what was before, by:');
  for (const line of backwardCommands(consumer)) terminal.line(line);
  session.exitCode = EXIT.done;
}

/** The diagram of the consumers is that of the template, so it is known after the synth. */
async function diagramChange(before: string | undefined, assembly: string): Promise<readonly FileChange[]> {
  if (before === undefined || !holdsDiagram(before)) return [];
  const { template } = await readStack(assembly, undefined);
  return [{ file: DIAGRAM_PAGE, before, after: pageWith(before, consumersDiagram(pipelineIn(template))) }];
}

/** `functions/one-consumer/one-consumer-row.ts:8  what its row says` */
function linesToFillIn(changes: readonly FileChange[]): readonly string[] {
  return changes.flatMap(({ file, after = '' }) =>
    after.split('\n').flatMap((line, index) => {
      const [, what] = line.split(FILL_IN);
      return what === undefined ? [] : [`${file}:${index + 1}  ${what}`];
    }),
  );
}

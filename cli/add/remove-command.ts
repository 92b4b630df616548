import type { Command } from 'commander';
import { startCommand } from '../../shared/own-commands.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { withChange, type Session } from '../session.ts';
import { plural } from '../terminal/units.ts';
import { changesToRemove, type Removal } from './consumer-files.ts';
import { makeChanges } from './file-change.ts';
import { filesAbout, openProject, refuseMissing } from './project.ts';
import { shownDiffLine, unifiedDiff } from './unified-diff.ts';

interface RemoveFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const HELP = `
  sluice remove consumer NAME --dry-run`;

const CONSUMER_HELP = `
Undoes sluice add consumer, byte for byte. Where its files were edited, or others were added to its folders, it shows the
difference and refuses, unless --yes says that this may be lost. What was deployed goes with the next deployment:
look for dead letters before. Once the template is synthesized, sluice doctor counts what would go.

  sluice dead list --consumer CONSUMER
  sluice remove consumer NAME`;

export function defineRemove(command: Command, session: Session): void {
  command.addHelpText('after', HELP);
  const consumer = command
    .command('consumer')
    .description('what sluice add consumer has written')
    .argument('<name>', 'as infra/consumers.ts lists it')
    .addHelpText('after', CONSUMER_HELP);
  withChange(consumer).action(async (name: string, flags: RemoveFlags) => {
    await removeConsumer(name, flags, session);
  });
}

async function removeConsumer(name: string, flags: RemoveFlags, session: Session): Promise<void> {
  const terminal = session.terminal(flags);
  const project = openProject(process.cwd());
  refuseMissing(project, name);
  const removal = changesToRemove(filesAbout(project, name), name, project.shape);
  const { changes, edits } = removal;
  for (const { file, after } of changes) terminal.note(`  ${after === undefined ? '-' : '~'} ${file}`);
  const { stdout } = session.streams;
  const shown =
    flags.dryRun === true ? [...edits, ...changes.filter(({ after }) => after !== undefined)] : edits;
  for (const line of shown.flatMap(unifiedDiff)) terminal.line(shownDiffLine(line, stdout));
  if (flags.dryRun !== true) {
    if (edits.length > 0 && flags.yes !== true) throw new CliError(editsText(name, removal), EDITED);
    await terminal.confirm(`remove ${name}?`);
    makeChanges(project.path, changes);
    terminal.note(`${name} is gone from the project`);
  } else if (edits.length > 0) terminal.note(editsText(name, removal));
  for (const line of remainsText(name, removal)) terminal.note(line);
  session.exitCode = EXIT.done;
}

const EDITED = { nextStep: 'nothing was removed; add --yes when this may be lost' };

function editsText(name: string, { edits, madeBy }: Removal): string {
  return madeBy === undefined
    ? `${name} does not say how it was added: ${plural(edits.length, 'file')} would be lost`
    : `${plural(edits.length, 'file')} of ${name} ${edits.length === 1 ? 'is' : 'are'} not as sluice add consumer wrote them`;
}

/** What removing the sources does not remove. */
function remainsText(name: string, { madeBy }: Removal): readonly string[] {
  const id = pascalCase(name);
  const hasQueue = !['bus', 'state-machine'].includes(madeBy?.target.kind ?? '');
  const keeps = madeBy?.keeps;
  return [
    hasQueue
      ? 'in AWS, the next deployment takes its rule, its queues and its function: letters that wait there are lost with them'
      : 'in AWS, the next deployment takes its rule and the dead-letter queue of that, with the letters in it',
    ...(keeps === 'rows' || keeps === undefined
      ? [
          `a stage that keeps its data (prod) leaves its table (output ${id}TableName) and its log group: delete them by hand`,
        ]
      : []),
    ...(keeps === 'objects'
      ? [`what it kept under ${name}/ of the output bucket stays, and in prod its log group`]
      : []),
    ...(keeps === 'rows'
      ? [`a running ${startCommand('--watch')} lets no table go: stop it and start it again`]
      : []),
    'on this machine, what it stored stays in the data folder (.sluice) until that is deleted',
  ];
}

import type { doctorDocument } from './doctor-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Command } from 'commander';
import type { TableLine } from '../terminal/cell.ts';
import type { Check } from '../status/check.ts';
import { diagnose } from './doctor.ts';
import { withTarget, type CommonFlags, type Session } from '../session.ts';

interface DoctorFlags extends CommonFlags {
  readonly all?: boolean;
}

const HELP = `
Looks at Node, the template, the data folder, the connection, and at each permission that the other verbs need, on each
resource: a denied one is shown in AWS's own words, with the policy that grants it. Before a deployment it warns of consumers that
the synthesized template has no more, whose queues would go with the letters in them, and of an output bucket that would be made
anew (-c ledgerLock in a stack that was deployed without). Changes nothing.

  sluice doctor                               what needs a look; --all shows what is well too
  sluice doctor --target aws --profile ops    why is access denied?

Exit 0 when nothing has failed, 5 when something has, 6 when nothing answers, 7 without credentials.`;

const LOOKS = {
  ok: ['✔', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✖', 'red'],
} as const;

export function defineDoctor(command: Command, session: Session): void {
  command.option('--all', 'show what is well too').addHelpText('after', HELP);
  withTarget(command).action(async (flags: DoctorFlags) => {
    const terminal = session.terminal(flags);
    const { deployment, checks, notes, exitCode } = await diagnose(flags);
    session.exitCode = exitCode;
    if (terminal.isJson) {
      terminal.document<DocumentOf<typeof doctorDocument>>({ verb: 'doctor', target: deployment, checks });
      return;
    }
    const shown = flags.all === true ? checks : checks.filter(({ state }) => state !== 'ok');
    terminal.rows(
      [
        { heading: '', kind: 'state' },
        { heading: 'check', kind: 'name' },
        { heading: 'found', kind: 'below' },
        { heading: 'next', kind: 'below' },
      ],
      shown.map(row),
    );
    const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
    for (const note of notes) terminal.note(`– ${note}`);
    terminal.note(`${count('ok')} well, ${count('warning')} to look at, ${count('failed')} failed`);
  });
}

const row = ({ name, state, detail, nextStep }: Check): TableLine => [
  { value: LOOKS[state][0], style: LOOKS[state][1] },
  name,
  { value: detail },
  nextStep === undefined ? '' : `→ ${nextStep}`,
];

import { terminalText } from '../../../../shared/terminal-text.ts';
import { shellWord } from '../../../terminal/shell-word.ts';
import { session } from '../session.ts';
import { typedArguments, withFlags } from './arguments.ts';
import { CopyButton } from './copy-button.tsx';
import './parts.css';

/** The command that does the same in a shell, to be copied. @param args without the program: `['status', 'csv/a.csv']` */
export function CommandLine({ args }: { readonly args: readonly string[] }) {
  const text = commandText(args);
  return (
    <div class="command">
      <code>{terminalText(text)}</code>
      <CopyButton kind="bare" text={text} what="the command" isShort />
    </div>
  );
}

/** `npx sluice redrive --consumer x`, with what it needs to find this pipeline. */
const commandText = (args: readonly string[]): string =>
  ['npx', 'sluice', ...withFlags(typedArguments(args), ...(session.value?.typedTarget ?? []))]
    .map(shellWord)
    .join(' ');

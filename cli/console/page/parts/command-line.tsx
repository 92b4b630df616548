import { useState } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { shellWord } from '../../../terminal/shell-word.ts';
import { session } from '../session.ts';
import { Button } from './button.tsx';
import './parts.css';

/** The command that does the same in a shell, to be copied. @param args without the program: `['status', 'csv/a.csv']` */
export function CommandLine({ args }: { readonly args: readonly string[] }) {
  const [isCopied, setCopied] = useState(false);
  const text = commandText(args);
  return (
    <div class="command">
      <code>{terminalText(text)}</code>
      <Button
        kind="bare"
        isSmall
        label="Copy the command"
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => setCopied(true));
        }}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}

/** `npx sluice redrive --consumer x`, with the target where it is AWS. */
export function commandText(args: readonly string[]): string {
  const { kind, region, stack } = session.value?.deployment ?? { kind: 'local' };
  const target = kind === 'aws' ? ['--target', 'aws', '--region', region, '--stack', stack] : [];
  return ['npx', 'sluice', ...args, ...target].map((word) => shellWord(word ?? '')).join(' ');
}

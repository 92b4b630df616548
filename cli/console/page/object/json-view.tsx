import { terminalJson } from '../../../../shared/terminal-text.ts';

/** A value as JSON, a line a member, with what cannot be seen escaped. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  const lines = JSON.stringify(value, null, 2).split('\n').map(terminalJson);
  return (
    // it scrolls, and is reached by keyboard then
    <pre tabIndex={0} role="region" aria-label={label}>
      {lines.join('\n')}
    </pre>
  );
}

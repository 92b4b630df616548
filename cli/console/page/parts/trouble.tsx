import type { ComponentChildren } from 'preact';
import { terminalJson } from '../../../../shared/terminal-text.ts';
import type { Trouble as TroubleText } from '../server.ts';
import { Button } from './button.tsx';
import './parts.css';

/** What went wrong in this part of the page, and what to do; the rest of the page stays. */
export function Trouble({ of, again }: { readonly of: TroubleText; readonly again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <strong>{terminalJson(of.message)}</strong>
      {of.nextStep === undefined ? null : <p>→ {terminalJson(of.nextStep)}</p>}
      {again === undefined ? null : (
        <p>
          <Button isSmall onClick={again}>
            Ask again
          </Button>
        </p>
      )}
    </div>
  );
}

/** What the reader should know beside the facts: a limit, an estimate, what nobody can tell. */
export function Said({
  tone,
  children,
}: {
  readonly tone?: 'warn' | 'good';
  readonly children: ComponentChildren;
}) {
  return <div class={`said${tone === undefined ? '' : ` is-${tone}`}`}>{children}</div>;
}

/** There is nothing to show, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

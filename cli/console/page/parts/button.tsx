import type { ComponentChildren } from 'preact';
import './parts.css';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: 'main' | 'danger' | 'bare';
  readonly isSmall?: boolean;
  readonly isDisabled?: boolean;
  readonly type?: 'button' | 'submit';
  /** Where the text alone does not say it. */
  readonly label?: string;
  readonly title?: string;
  readonly isPressed?: boolean;
}

export function Button({
  children,
  onClick,
  kind,
  isSmall,
  isDisabled,
  type = 'button',
  label,
  title,
  isPressed,
}: ButtonProps) {
  return (
    <button
      type={type}
      class={`button${kind === undefined ? '' : ` is-${kind}`}${isSmall === true ? ' is-small' : ''}`}
      disabled={isDisabled ?? false}
      onClick={onClick}
      aria-label={label}
      aria-pressed={isPressed}
      title={title}
    >
      {children}
    </button>
  );
}

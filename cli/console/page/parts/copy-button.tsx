import { useEffect, useState } from 'preact/hooks';
import { Button, type ButtonProps } from './button.tsx';

/** So long it says what came of it. */
const SAID_MS = 2_000;

/** Puts a text into the clipboard. */
export function CopyButton({
  text,
  what,
  kind,
  isShort = false,
}: {
  readonly text: string;
  /** `the command` */
  readonly what: string;
  readonly kind?: ButtonProps['kind'];
  /** What is copied stands beside it, and is named for who does not see that. */
  readonly isShort?: boolean;
}) {
  const [said, setSaid] = useState<{ readonly of: string; readonly result: string }>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const result = said?.of === text ? said.result : undefined;
  return (
    <Button
      isSmall
      {...(kind !== undefined && { kind })}
      {...(isShort && result === undefined && { label: `Copy ${what}` })}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setSaid({ of: text, result: 'Copied' }),
          // a browser may refuse; the text can be chosen by hand
          () => setSaid({ of: text, result: 'Refused' }),
        );
      }}
    >
      {result ?? (isShort ? 'Copy' : `Copy ${what}`)}
    </Button>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { Button } from './button.tsx';

/** So long it says that it was done. */
const SAID_MS = 2_000;

/** Puts a text into the clipboard. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState<string>();
  useEffect(() => {
    if (copied === undefined) return undefined;
    const timer = setTimeout(() => setCopied(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      isSmall
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => setCopied(text));
      }}
    >
      {copied === text ? 'Copied' : `Copy ${what}`}
    </Button>
  );
}

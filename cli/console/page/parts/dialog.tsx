import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import './parts.css';

/** Asks or shows something before the page. Escape closes it; the focus goes back to where it was. */
export function Dialog({
  title,
  mustStay = false,
  children,
  foot,
  onClose,
}: {
  readonly title: string;
  /** Something is going on in it whose end would not be seen: only its own buttons close it. */
  readonly mustStay?: boolean;
  readonly children: ComponentChildren;
  readonly foot: ComponentChildren;
  readonly onClose: () => void;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // after a plain effect the dialog is gone already, and with it the way back
  useLayoutEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event: Event) => {
        if (mustStay) event.preventDefault();
      }}
      // a second Escape cannot be prevented otherwise
      {...(mustStay && { closedby: 'none' })}
      onClick={(event: MouseEvent) => {
        if (!mustStay && event.target === element.current) element.current?.close();
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
        <div class="dialog-foot">{foot}</div>
      </div>
    </dialog>
  );
}

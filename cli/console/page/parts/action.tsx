import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { isLocal, noteChange } from '../live.ts';
import { call, type Called, type Progress, type Trouble as TroubleText } from '../server.ts';
import { session } from '../session.ts';
import { countText } from '../../../terminal/units.ts';
import { withFlags } from './arguments.ts';
import { Button, type ButtonProps } from './button.tsx';
import { CommandLine } from './command-line.tsx';
import { Dialog } from './dialog.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Said, Trouble } from './trouble.tsx';

export interface ActionProps<Document> extends Pick<
  ButtonProps,
  'kind' | 'isSmall' | 'isDisabled' | 'label'
> {
  /** On the button, and the dialog's heading. */
  readonly title: string;
  /** What is done: `['redrive', '--consumer', 'x']`; words stand behind `--`. */
  readonly args: readonly string[];
  /** What asks for the plan. @default the same with `--dry-run` */
  readonly planArgs?: readonly string[];
  /** More that the reader chooses first: fields above the plan. */
  readonly choices?: ComponentChildren;
  readonly plan: (document: Document) => ComponentChildren;
  /** How many it concerns: in AWS, and of what cannot be undone, the number is typed. Undefined: nothing to be done. */
  readonly count: (document: Document) => number | undefined;
  /** It cannot be undone: the number is typed here too. */
  readonly isFinal?: boolean;
  /** The number is given to the verb: `--count`. */
  readonly countFlag?: string;
  readonly result: (called: Called<Document>) => ComponentChildren;
  readonly onDone?: (called: Called<Document>) => void;
}

/**
 * A button that changes something: it shows the plan first, with the command that does the same, then does it and says what
 * came of it. With `--read-only` there is none.
 */
export function Action<Document>(props: ActionProps<Document>) {
  const [isOpen, setOpen] = useState(false);
  if (session.value?.readOnly !== false) return null;
  const { title, kind, isSmall, isDisabled, label } = props;
  return (
    <>
      <Button
        onClick={() => setOpen(true)}
        {...(kind !== undefined && { kind })}
        {...(isSmall !== undefined && { isSmall })}
        {...(isDisabled !== undefined && { isDisabled })}
        {...(label !== undefined && { label })}
      >
        {title}
      </Button>
      {isOpen ? <ActionDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** How many dialogs of actions are open: what they stand in should stay as it is. */
export const openActions = signal(0);

type Step<Document> =
  | { readonly kind: 'planning' }
  | { readonly kind: 'planned'; readonly plan: Called<Document> }
  | { readonly kind: 'doing'; readonly stop: AbortController; readonly progress?: Progress }
  | { readonly kind: 'done'; readonly called: Called<Document> }
  | { readonly kind: 'trouble'; readonly trouble: TroubleText };

function ActionDialog<Document>(props: ActionProps<Document> & { readonly onClose: () => void }) {
  const { title, args, planArgs = withFlags(args, '--dry-run'), plan, count, onClose } = props;
  const [step, setStep] = useState<Step<Document>>({ kind: 'planning' });
  const [typed, setTyped] = useState('');
  const question = JSON.stringify(planArgs);
  useEffect(() => {
    openActions.value += 1;
    return () => {
      openActions.value -= 1;
    };
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    setStep({ kind: 'planning' });
    call<Document>(planArgs, { signal: stop.signal }).then(
      (called) => setStep({ kind: 'planned', plan: called }),
      (trouble: TroubleText) => {
        if (!stop.signal.aborted) setStep({ kind: 'trouble', trouble });
      },
    );
    return () => stop.abort();
  }, [question]);
  const planned = step.kind === 'planned' ? step.plan : undefined;
  const many = planned?.document === undefined ? undefined : count(planned.document);
  const mustType = props.isFinal === true || !isLocal.value;
  const isReady = many !== undefined && many > 0 && (!mustType || typed.replaceAll(',', '') === String(many));
  const run = (): void => {
    const stop = new AbortController();
    setStep({ kind: 'doing', stop });
    const counted = props.countFlag === undefined ? [] : [props.countFlag, String(many)];
    call<Document>(withFlags(args, ...counted), {
      signal: stop.signal,
      onProgress: (progress) => setStep({ kind: 'doing', stop, progress }),
    })
      .then(
        (called) => {
          setStep({ kind: 'done', called });
          props.onDone?.(called);
        },
        (trouble: TroubleText) => setStep({ kind: 'trouble', trouble }),
      )
      .finally(noteChange);
  };
  return (
    <Dialog
      title={title}
      mustStay={step.kind === 'doing'}
      onClose={onClose}
      foot={
        step.kind === 'doing' ? (
          <Button onClick={() => step.stop.abort()}>Stop</Button>
        ) : step.kind === 'done' ? (
          <Button kind="main" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind={props.isFinal === true ? 'danger' : 'main'} isDisabled={!isReady} onClick={run}>
              {many === undefined || many === 0 ? title : `${title}: ${countText(many)}`}
            </Button>
          </>
        )
      }
    >
      {step.kind === 'doing' || step.kind === 'done' ? null : props.choices}
      {step.kind === 'planning' ? <p class="quiet">Looking what it would do …</p> : null}
      {planned === undefined ? null : (
        <>
          {planned.document === undefined ? null : plan(planned.document)}
          {planned.trouble === undefined ? null : <Trouble of={planned.trouble} />}
          {planned.notes.map((note) => (
            <p class="quiet">{note}</p>
          ))}
          {many === 0 ? <Said>There is nothing to do.</Said> : null}
          {mustType && many !== undefined && many > 0 ? (
            <label class="field">
              <span>
                {isLocal.value ? 'This cannot be undone.' : 'This changes something in AWS.'} Type {many} to
                go on
              </span>
              <input
                inputMode="numeric"
                autoComplete="off"
                value={typed}
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            </label>
          ) : null}
        </>
      )}
      {step.kind === 'doing' ? (
        step.progress === undefined ? (
          <p role="status">Working …</p>
        ) : (
          <ProgressBar of={step.progress} />
        )
      ) : null}
      {step.kind === 'done' ? <Done called={step.called} result={props.result} /> : null}
      {step.kind === 'trouble' ? <Trouble of={step.trouble} /> : null}
      <CommandLine args={args} />
    </Dialog>
  );
}

function Done<Document>({
  called,
  result,
}: {
  readonly called: Called<Document>;
  readonly result: (called: Called<Document>) => ComponentChildren;
}) {
  return (
    <div role="status" class="stack">
      {called.document === undefined ? null : result(called)}
      {called.trouble === undefined ? null : <Trouble of={called.trouble} />}
      {called.notes.map((note) => (
        <p class="quiet">{note}</p>
      ))}
    </div>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { CliError } from '../../../cli-error.ts';
import { parseMoment } from '../../../terminal/time.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import type { Trouble as TroubleText } from '../server.ts';
import { secondText, type TimeWindow } from './time-window.ts';

/** The chosen time as texts: typed as the command line takes them. */
export function WindowFields({
  chosen,
  nowMs,
  onChoice,
}: {
  readonly chosen: TimeWindow | undefined;
  /** By the pipeline's clock. */
  readonly nowMs: number;
  readonly onChoice: (chosen: TimeWindow) => void;
}) {
  const known = chosen === undefined ? '' : `${secondText(chosen.fromMs)} ${secondText(chosen.toMs)}`;
  const [since, until] = known.split(' ');
  const [typed, setTyped] = useState({ since: since ?? '', until: until ?? '' });
  const [trouble, setTrouble] = useState<TroubleText>();
  useEffect(() => {
    setTyped({ since: since ?? '', until: until ?? '' });
    setTrouble(undefined);
  }, [known]);
  const take = (event: Event): void => {
    event.preventDefault();
    try {
      onChoice(typedWindow(typed, new Date(nowMs)));
      setTrouble(undefined);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      setTrouble({ message: error.message, nextStep: error.nextStep });
    }
  };
  const isNew = typed.since !== (since ?? '') || typed.until !== (until ?? '');
  return (
    <form class="window-fields" onSubmit={take}>
      <Field label="Since">
        <input
          autoComplete="off"
          spellcheck={false}
          placeholder="2h"
          value={typed.since}
          onInput={({ currentTarget: { value } }) => setTyped({ ...typed, since: value })}
        />
      </Field>
      <Field label="Until">
        <input
          autoComplete="off"
          spellcheck={false}
          placeholder="now"
          value={typed.until}
          onInput={({ currentTarget: { value } }) => setTyped({ ...typed, until: value })}
        />
      </Field>
      <Button type="submit" isDisabled={!isNew}>
        Take these times
      </Button>
      <p class="hint quiet">
        10m, 2h, 3d ago, a time of today in UTC (07:00), or ISO 8601 (2026-11-20T07:00Z)
      </p>
      {trouble === undefined ? null : <Trouble of={trouble} />}
    </form>
  );
}

/** @throws CliError, usage, as the command line would */
function typedWindow(
  { since, until }: { readonly since: string; readonly until: string },
  now: Date,
): TimeWindow {
  const from = parseMoment(since.trim(), '--since', now).getTime();
  const to = until.trim() === '' ? now.getTime() : parseMoment(until.trim(), '--until', now).getTime();
  const window = { fromMs: Math.floor(from / 1_000) * 1_000, toMs: Math.ceil(to / 1_000) * 1_000 };
  if (window.fromMs < window.toMs) return window;
  throw new CliError(`--since ${since} is not before --until ${until}`, {
    nextStep: 'write the earlier time as --since',
  });
}

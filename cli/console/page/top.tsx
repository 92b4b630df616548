import { flowTrouble } from './flow-feed.ts';
import { Button } from './parts/button.tsx';
import { Chip } from './parts/chip.tsx';
import { Link } from './parts/link.tsx';
import { session } from './session.ts';
import { nextTheme, theme } from './theme.ts';
import { WatchSwitch } from './watch-switch.tsx';

/** Which pipeline this is. One in AWS has another colour, so that nobody takes it for the one on this machine. */
export function Top() {
  const { deployment, readOnly, bucket } = session.value!;
  const { kind, account, region, stack, pipeline, endpoint } = deployment;
  const isAws = kind === 'aws';
  return (
    <header class={`top${isAws ? ' is-aws' : ''}`}>
      <Link to="/" class="brand">
        Sluice
      </Link>
      <div class="where">
        <strong>
          {isAws ? `AWS ${account} ${region}` : 'this machine'} · {stack}
          {pipeline === undefined ? '' : ` · ${pipeline}`}
        </strong>{' '}
        {endpoint === undefined ? '' : `${endpoint} · `}
        s3://{bucket}
      </div>
      {readOnly ? <Chip tone="quiet" text="read-only" title="Nothing can be changed from here" /> : null}
      {flowTrouble.value === undefined ? null : (
        <Chip tone="bad" text="not live" title={flowTrouble.value.message} />
      )}
      <WatchSwitch />
      <Button kind="bare" isSmall onClick={nextTheme} label={`Theme: ${theme.value}. Change it`}>
        {THEME_SIGNS[theme.value]}
      </Button>
    </header>
  );
}

const THEME_SIGNS = { system: '◐', light: '☀', dark: '☾' } as const;

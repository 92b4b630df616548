import { useEffect, useRef } from 'preact/hooks';
import { terminalJson, terminalText } from '../../../../shared/terminal-text.ts';
import { flow } from '../flow-feed.ts';
import { Button } from '../parts/button.tsx';
import { Chip, type Tone } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { addressOf } from '../route.ts';
import { session } from '../session.ts';
import { ConnectBucket } from './connect-bucket.tsx';
import { ConsumerLog } from './consumer-log.tsx';
import { ConsumerSwitch } from './consumer-switch.tsx';
import { CheckText } from './health-line.tsx';
import type { FlowPart, PartState, StatusDocument } from './flow-graph.ts';
import { PartIcon } from './part-icon.tsx';
import { PART_TITLES } from './part-kind.ts';
import { partNumbers } from './part-numbers.ts';
import { useShown } from './use-shown.ts';

export interface PartPanelProps {
  readonly part: FlowPart;
  readonly status: StatusDocument | undefined;
  readonly onClose: () => void;
}

const STATES: Readonly<Record<PartState, readonly [Tone, string]>> = {
  ok: ['good', 'well'],
  unknown: ['quiet', 'not known'],
  off: ['quiet', 'stopped'],
  warning: ['warn', 'needs a look'],
  failed: ['bad', 'broken'],
};

/** All that is known of a part: its numbers, what is wrong with it, its last error, and what can be done. */
export function PartPanel({ part, status, onClose }: PartPanelProps) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    element.current?.scrollIntoView({ block: 'nearest' });
  }, [part.id]);
  const { kind, consumer, place, halt, checks } = part;
  const numbers = useShown(() => partNumbers(part, flow.value, status), [part, status]);
  const told = status?.consumers.find(({ name }) => name === consumer);
  const [tone, word] = STATES[part.state];
  const wrong = checks.filter(({ state }) => state !== 'ok');
  const well = checks.filter(({ state }) => state === 'ok');
  const title = consumer === undefined ? PART_TITLES[kind] : `${consumer} · ${PART_TITLES[kind]}`;
  const hasLog = told?.target === 'function' && (kind === 'function' || kind === 'queue');
  return (
    <section ref={element} class="card part-panel" aria-label={title}>
      <header class="row">
        <PartIcon kind={kind} />
        <h2>{title}</h2>
        <Chip tone={tone} text={halt ?? word} />
        <span class="part-panel-close">
          <Button kind="bare" isSmall onClick={onClose} label={`Close ${title}`}>
            Close
          </Button>
        </span>
      </header>
      <div class="part-panel-body">
        <dl class="part-numbers">
          {kind === 'bucket' ? <Fact label="Name" text={session.value?.bucket ?? ''} /> : null}
          {place === undefined ? null : <Fact label={kind === 'table' ? 'Table' : 'Place'} text={place} />}
          {numbers.map(({ label, text, isBad }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd class={`number${isBad === true ? ' is-bad' : ''}`}>{text}</dd>
            </div>
          ))}
        </dl>
        <div class="stack">
          {wrong.map((check) => (
            <CheckText key={check.name} check={check} />
          ))}
          {well.length === 0 ? null : (
            <ul class="quiet part-well">
              {well.map(({ name, detail }) => (
                <li key={name}>
                  ✔ {name}: {terminalJson(detail)}
                </li>
              ))}
            </ul>
          )}
          {!hasLog || !told.lastError ? null : (
            <p class="part-error">
              <b>Last error</b>, <Time at={told.lastError.at} />
              <br />
              <span class="mono">{terminalText(told.lastError.error)}</span>
            </p>
          )}
          <PartActions part={part} status={status} />
        </div>
      </div>
      {hasLog && consumer !== undefined ? <ConsumerLog key={consumer} consumer={consumer} /> : null}
    </section>
  );
}

const Fact = ({ label, text }: { readonly label: string; readonly text: string }) => (
  <div class="is-wide">
    <dt>{label}</dt>
    <dd>
      <Key text={text} />
    </dd>
  </div>
);

/** What can be done with it, and where more of it is seen. */
function PartActions({ part, status }: Pick<PartPanelProps, 'part' | 'status'>) {
  const { kind, consumer, checks } = part;
  if (consumer === undefined) {
    return (
      <div class="row">
        {checks.some(({ name, state }) => name === 'bucket → bus' && state === 'failed') ? (
          <ConnectBucket />
        ) : null}
        {kind === 'archive' ? (
          <Page to="/archive">Archive and replay</Page>
        ) : (
          <>
            <Page to="/objects">Objects</Page>
            <Page to="/charts">Charts</Page>
          </>
        )}
      </div>
    );
  }
  const told = status?.consumers.find(({ name }) => name === consumer);
  const of = { consumer };
  return (
    <div class="row">
      {told?.target === 'function' && told.mapping !== null ? (
        <ConsumerSwitch consumer={consumer} isPaused={told.mapping.startsWith('disabl')} />
      ) : null}
      <Page to={addressOf('/letters', of)}>Dead letters</Page>
      <Page to={addressOf('/charts', of)}>Charts</Page>
      <Page to={addressOf('/lab', of)}>Test its pattern</Page>
      {kind === 'table' ? <Page to="/verify">Verify</Page> : null}
    </div>
  );
}

const Page = ({ to, children }: { readonly to: string; readonly children: string }) => (
  <Link class="button is-small" to={to}>
    {children}
  </Link>
);

import { terminalText } from '../../../../shared/terminal-text.ts';
import { setFilters } from '../route.ts';
import { Field } from '../parts/field.tsx';
import { WINDOWS, type ChartWindow } from './chart-window.ts';
import type { ChartsView } from './charts-in.ts';
import { PERCENTILES } from './quantities.ts';
import { SeriesSign } from './series-sign.tsx';
import { query } from '../route.ts';

/** `?by=consumer&percentile=p99&consumer=a&consumer=b` */
export const viewIn = (filters: URLSearchParams): ChartsView => ({
  by: filters.get('by') === 'consumer' ? 'consumer' : 'quantity',
  percentile: PERCENTILES.find((one) => one === filters.get('percentile')) ?? 'p95',
  consumers: filters.getAll('consumer'),
});

/** What is shown: of whom, since when, and how it is laid out. All of it stands in the address. */
export function ChartFilters({
  consumers,
  window: { window, since, until },
}: {
  readonly consumers: readonly string[];
  readonly window: ChartWindow;
}) {
  const view = viewIn(query.value);
  const chosen = view.consumers.length === 0 ? consumers : view.consumers;
  const turn = (name: string): void => {
    const next = consumers.filter((one) => chosen.includes(one) !== (one === name));
    // none at all would show nothing, and all is what is usual
    setFilters({ consumer: next.length === consumers.length ? undefined : next });
  };
  return (
    <div class="chart-filters">
      <Field label="Window">
        <select
          value={since === undefined ? window : ''}
          onChange={({ currentTarget }) =>
            setFilters({ window: currentTarget.value, since: undefined, until: undefined })
          }
        >
          {WINDOWS.map((one) => (
            <option key={one.window} value={one.window}>
              {one.words}
            </option>
          ))}
          {since === undefined ? (
            WINDOWS.some((one) => one.window === window) ? null : (
              <option value={window}>{terminalText(window)}</option>
            )
          ) : (
            <option value="">
              {terminalText(since)} to {terminalText(until ?? 'now')}
            </option>
          )}
        </select>
      </Field>
      <Field label="Charts">
        <select
          value={view.by}
          onChange={({ currentTarget: { value } }) =>
            setFilters({ by: value === 'consumer' ? value : undefined })
          }
        >
          <option value="quantity">by measure</option>
          <option value="consumer">by consumer</option>
        </select>
      </Field>
      {view.by === 'consumer' ? null : (
        <Field label="Ages, durations">
          <select
            value={view.percentile}
            onChange={({ currentTarget }) => setFilters({ percentile: currentTarget.value })}
          >
            {PERCENTILES.map((percentile) => (
              <option key={percentile} value={percentile}>
                {percentile}
              </option>
            ))}
          </select>
        </Field>
      )}
      <fieldset class="chart-consumers">
        <legend>Consumers</legend>
        {consumers.map((name, style) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              disabled={chosen.length === 1 && chosen[0] === name}
              onChange={() => turn(name)}
            />
            {view.by === 'consumer' ? null : <SeriesSign style={style} />} {name}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

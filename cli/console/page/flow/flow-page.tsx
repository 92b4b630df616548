import { useEffect, useMemo, useRef } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { useAsked } from '../asked.ts';
import { flow, flowTrouble, type FlowDocument } from '../flow-feed.ts';
import { isLocal } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Link } from '../parts/link.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { useHeld } from '../use-held.ts';
import './flow.css';
import { flowGraph, partsOf, type KnownConsumer, type StatusDocument } from './flow-graph.ts';
import { LEAST_WIDTH } from './flow-layout.ts';
import { FlowList } from './flow-list.tsx';
import { FlowMap } from './flow-map.tsx';
import { healthOf, isUnused } from './health.ts';
import { HealthLine } from './health-line.tsx';
import { PartPanel } from './part-panel.tsx';
import { useWidth } from '../parts/use-width.ts';
import { useShown } from './use-shown.ts';

const EVERY_MS = { local: 5_000, aws: 60_000 } as const;

/** The pipeline as it is now: what flows where, what waits, and what is wrong. */
export function FlowPage() {
  const { document, trouble, again } = useAsked<StatusDocument>(['status'], {
    everyMs: isLocal.value ? EVERY_MS.local : EVERY_MS.aws,
  });
  const status = useHeld(document);
  useFirstLook();
  const isTold = useShown(() => flow.value !== undefined || flowTrouble.value !== undefined, []);
  // what both say stands above the map: it comes when it has its place
  const hasPlace = isTold && (status !== undefined || trouble !== undefined);
  const flowing = useShown(() => consumersOf(flow.value?.consumers), []);
  const consumers = flowing ?? consumersOf(status?.consumers);
  const graph = useMemo(() => flowGraph(consumers ?? [], status), [consumers, status]);
  const isStale = trouble !== undefined || flowTrouble.value !== undefined;
  const health = useMemo(() => healthOf(graph, status, isStale), [graph, status, isStale]);
  const chosen = query.value.get('part') ?? undefined;
  const part = partsOf(graph).find(({ id }) => id === chosen);
  const choose = (id: string | undefined): void =>
    setFilters({ part: id === chosen ? undefined : id }, { replace: chosen !== undefined });
  const panel =
    part === undefined ? null : (
      <PartPanel part={part} status={status} onClose={() => closePanel(part.id, choose)} />
    );
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const isList = width < LEAST_WIDTH;
  return (
    <>
      <PageHead title="Flow">From the bucket to what the consumers keep.</PageHead>
      <div class="stack">
        {status === undefined && trouble !== undefined ? null : (
          <HealthLine health={health} onChoose={choose} />
        )}
        {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
        <FirstSteps />
        <div ref={box} class="flow-box" style={{ visibility: hasPlace ? undefined : 'hidden' }}>
          {width === 0 || consumers === null || !hasPlace ? null : isList ? (
            <FlowList graph={graph} chosen={chosen} onChoose={choose} panel={panel} />
          ) : (
            <FlowMap graph={graph} chosen={chosen} onChoose={choose} width={width} />
          )}
        </div>
        {isList ? null : panel}
        <NotKnown said={trouble?.message} />
      </div>
    </>
  );
}

/** @returns null, which JSON can hold, where nothing is known yet */
const consumersOf = (consumers: readonly KnownConsumer[] | undefined): readonly KnownConsumer[] | null =>
  consumers?.map(({ name, target }) => ({ name, target })) ?? null;

/** The focus goes back to what has opened it. */
function closePanel(id: string, choose: (id: string) => void): void {
  choose(id);
  document.querySelector<HTMLElement>(`[data-part="${CSS.escape(id)}"]`)?.focus();
}

/** In AWS nothing comes by itself before somebody watches: it is asked once. */
function useFirstLook(): void {
  const isWanted = useShown(() => !isLocal.value && flow.value === undefined, []);
  const { document } = useAsked<FlowDocument>(isWanted ? ['flow'] : undefined);
  useEffect(() => {
    if (document !== undefined && flow.value === undefined) flow.value = document;
  }, [document]);
}

/** What to do with a pipeline in which nothing has flowed yet. */
function FirstSteps() {
  const isNew = useShown(() => isUnused(flow.value) === true, []);
  if (!isNew) return null;
  return (
    <Said>
      <p>
        <b>Nothing has come yet.</b> Drop a file on <Link to="/objects">Objects</Link>, or upload one in a
        shell:
      </p>
      <CommandLine args={['put', 'FILE', 'csv/']} />
    </Said>
  );
}

/** What nobody could ask, and why. @param said what was said already */
function NotKnown({ said }: { readonly said: string | undefined }) {
  const unavailable = useShown(() => flow.value?.unavailable ?? [], []);
  const trouble = flowTrouble.value;
  return (
    <>
      {trouble === undefined || trouble.message === said ? null : <Trouble of={trouble} />}
      {unavailable.map(({ what, why }) => (
        <Said key={what} tone="warn">
          {terminalText(what)} is not known: {terminalText(why)}
        </Said>
      ))}
    </>
  );
}

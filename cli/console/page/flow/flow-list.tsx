import type { ComponentChildren } from 'preact';
import type { FlowGraph } from './flow-graph.ts';
import { FlowStep } from './flow-line.tsx';
import type { FlowViewProps } from './flow-map.tsx';
import { PartButton } from './part-button.tsx';
import { TARGET_NOTES } from './part-kind.ts';

/** The same where the page is narrow: what all share, then each consumer from above to below. */
export function FlowList({
  graph,
  chosen,
  onChoose,
  panel,
}: FlowViewProps & {
  /** Stands under the part that it is about. */
  readonly panel: ComponentChildren;
}) {
  const way = ({ parts, edges }: FlowGraph['head']) =>
    parts.map((part) => {
      const edge = edges.find(({ to }) => to === part.id);
      return (
        <div key={part.id}>
          {edge === undefined ? null : <FlowStep edge={edge} />}
          <PartButton part={part} isChosen={part.id === chosen} onChoose={onChoose} />
          {part.id === chosen ? panel : null}
        </div>
      );
    });
  return (
    <div class="flow-list">
      <section class="flow-card" aria-label="What all share">
        {way(graph.head)}
      </section>
      {graph.lanes.map((lane) => (
        <section key={lane.name} class="flow-card" aria-label={lane.name}>
          <h2>
            {lane.name} <span class="quiet">{TARGET_NOTES[lane.target]}</span>
          </h2>
          {way(lane)}
        </section>
      ))}
    </div>
  );
}

import { useMemo } from 'preact/hooks';
import { FlowLine } from './flow-line.tsx';
import type { FlowGraph } from './flow-graph.ts';
import { layoutFlow } from './flow-layout.ts';
import { PartButton } from './part-button.tsx';
import { TARGET_NOTES } from './part-kind.ts';

export interface FlowViewProps {
  readonly graph: FlowGraph;
  /** The part whose panel is open. */
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The pipeline in columns, from the bucket to what the consumers keep. */
export function FlowMap({ graph, chosen, onChoose, width }: FlowViewProps & { readonly width: number }) {
  const layout = useMemo(() => layoutFlow(graph, width), [graph, width]);
  const { boxes, lanes, isTight } = layout;
  const edges = [...graph.head.edges, ...graph.lanes.flatMap((lane) => lane.edges)];
  const button = (part: FlowGraph['head']['parts'][number]) => (
    <PartButton
      key={part.id}
      part={part}
      box={boxes.get(part.id)!}
      isChosen={part.id === chosen}
      onChoose={onChoose}
    />
  );
  return (
    <div
      class={`flow-map${isTight ? ' is-tight' : ''}`}
      style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
    >
      {lanes.map(({ name, x, y, width: across, height }) => (
        <div
          key={name}
          class="lane"
          style={{ left: `${x}px`, top: `${y}px`, width: `${across}px`, height: `${height}px` }}
        />
      ))}
      <svg class="flow-lines" width={layout.width} height={layout.height} aria-hidden="true">
        {edges.map((edge, index) => (
          <FlowLine key={edge.id} edge={edge} line={layout.lines[index]!} />
        ))}
      </svg>
      {graph.head.parts.map(button)}
      {graph.lanes.map(({ name, target, parts }, index) => (
        <section key={name} aria-label={name}>
          <h2
            class="lane-name"
            style={{
              left: `${lanes[index]!.x}px`,
              top: `${lanes[index]!.y}px`,
              width: `${lanes[index]!.width}px`,
            }}
          >
            {name} <span class="quiet">{TARGET_NOTES[target]}</span>
          </h2>
          {parts.map(button)}
        </section>
      ))}
    </div>
  );
}

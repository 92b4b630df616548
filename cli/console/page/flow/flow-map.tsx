import type { RefObject } from 'preact';
import { useSignalEffect } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { flow } from '../flow-feed.ts';
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
  const lines = useRef<SVGSVGElement>(null);
  useMovingDashes(lines);
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
      <svg ref={lines} class="flow-lines" width={layout.width} height={layout.height} aria-hidden="true">
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

/** The dashes of all lines move on with each look at what flows. */
function useMovingDashes(lines: RefObject<SVGSVGElement | null>): void {
  const looks = useRef(0);
  useSignalEffect(() => {
    if (flow.value === undefined) return;
    looks.current += 1;
    lines.current?.style.setProperty('--looks', String(looks.current));
  });
}

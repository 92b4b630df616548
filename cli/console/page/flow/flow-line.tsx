import { flow } from '../flow-feed.ts';
import { edgeFacts } from './edge-facts.ts';
import type { FlowEdge } from './flow-graph.ts';
import type { EdgeLine } from './flow-layout.ts';
import { useShown } from './use-shown.ts';

/** The way between two parts: its dashes move as fast as events do, and it ends at a cross where nothing can pass. */
export function FlowLine({ edge, line }: { readonly edge: FlowEdge; readonly line: EdgeLine }) {
  const { label, dashPixels } = useShown(() => edgeFacts(edge, flow.value), [edge]);
  const { path, stretch, end, label: at } = line;
  const isBroken = edge.state === 'broken';
  return (
    <g class={`line is-${edge.state}`}>
      <path class="line-base" d={path} />
      {dashPixels === undefined ? null : (
        <path class="line-moving" d={stretch} style={{ '--pixels': dashPixels }} />
      )}
      <path
        class="line-arrow"
        d={end.isDown ? `M ${end.x} ${end.y} l -4.5 -8 h 9 Z` : `M ${end.x} ${end.y} l -8 -4.5 v 9 Z`}
      />
      {isBroken ? (
        <path
          class="line-cross"
          d={
            end.isDown
              ? `M ${end.x - 6} ${at.y - 10} l 12 12 m 0 -12 l -12 12`
              : `M ${at.x - 6} ${end.y - 6} l 12 12 m 0 -12 l -12 12`
          }
        />
      ) : null}
      <text
        x={at.x}
        y={isBroken && !end.isDown ? at.y - 4 : at.y}
        text-anchor={end.isDown ? 'start' : 'middle'}
      >
        {label}
      </text>
    </g>
  );
}

/** The same between two lines of the list. */
export function FlowStep({ edge }: { readonly edge: FlowEdge }) {
  const { label } = useShown(() => edgeFacts(edge, flow.value), [edge]);
  return (
    <div class={`flow-step is-${edge.state}`} aria-hidden="true">
      <span>{edge.state === 'broken' ? '✖' : '↓'}</span>
      {label}
    </div>
  );
}

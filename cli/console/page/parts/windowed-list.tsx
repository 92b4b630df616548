import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import './parts.css';

export interface WindowedListProps<Item> {
  readonly items: readonly Item[];
  readonly rowHeight: number;
  /** In pixels. @default as much as fits the window */
  readonly height?: number;
  readonly keyOf: (item: Item) => string;
  readonly render: (item: Item, index: number) => ComponentChildren;
  /** The end comes near: more may be asked for. */
  readonly onNearEnd?: () => void;
  /** What is seen now, from the first to behind the last. */
  readonly onWindow?: (first: number, end: number) => void;
  /** How many there are in all; absent when nobody knows. */
  readonly total?: number;
  readonly label: string;
}

/** Rows above and below what is seen, so that scrolling finds them drawn. */
const MARGIN = 8;

/** A list of any length, of which only the rows that are seen are drawn. */
export function WindowedList<Item>(props: WindowedListProps<Item>) {
  const { items, rowHeight, keyOf, render, onNearEnd, onWindow, total, label } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [fitting, setFitting] = useState(props.height ?? 480);
  useLayoutEffect(() => {
    if (props.height !== undefined) {
      setFitting(props.height);
      return undefined;
    }
    const fit = (): void => {
      const begin = box.current?.getBoundingClientRect().top ?? 0;
      setFitting(Math.max(240, innerHeight - Math.max(0, begin) - 24));
    };
    fit();
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  }, [props.height]);
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const end = Math.min(items.length, Math.ceil((top + fitting) / rowHeight) + MARGIN);
  useEffect(() => {
    onWindow?.(Math.min(items.length, Math.floor(top / rowHeight)), Math.min(items.length, end));
    if (end >= items.length - MARGIN) onNearEnd?.();
  }, [first, end, items.length]);
  return (
    <div
      ref={box}
      class="windowed"
      role="list"
      aria-label={label}
      tabIndex={0}
      style={{ height: `${Math.min(fitting, Math.max(1, items.length) * rowHeight + 2)}px` }}
      onScroll={() => setTop(box.current?.scrollTop ?? 0)}
    >
      <div style={{ height: `${items.length * rowHeight}px` }} role="presentation" />
      {items.slice(first, end).map((item, at) => (
        <div
          key={keyOf(item)}
          class="windowed-row"
          role="listitem"
          aria-setsize={total ?? -1}
          aria-posinset={first + at + 1}
          style={{ top: `${(first + at) * rowHeight}px`, height: `${rowHeight}px` }}
        >
          {render(item, first + at)}
        </div>
      ))}
    </div>
  );
}

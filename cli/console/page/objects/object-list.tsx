import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { countText, plural } from '../../../terminal/units.ts';
import { isLocal } from '../live.ts';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Key } from '../parts/shown.tsx';
import { Empty, Trouble } from '../parts/trouble.tsx';
import { WindowedList } from '../parts/windowed-list.tsx';
import { session } from '../session.ts';
import { rowsOf, type ListedRow } from './listed-pages.ts';
import type { LiveObjects } from './live-objects.ts';
import { ObjectRow } from './object-row.tsx';
import type { ObjectsDocument, ObjectsQuestion } from './objects-question.ts';
import { useChanges } from './use-changes.ts';
import { useWidth } from '../parts/use-width.ts';

/** Pixels, as objects.css has them: key, size and time; a column of a consumer; a row with columns, with words, and with words where it is narrow. */
const FACTS_WIDTH = 520;
const COLUMN_WIDTH = 132;
const ROW_HEIGHT = { columns: 42, words: 68, narrow: 100 } as const;
const NARROW = 560;

/** The objects that the question finds, a row each. */
export function ObjectList({
  objects,
  question,
}: {
  readonly objects: LiveObjects<ObjectsDocument>;
  readonly question: ObjectsQuestion;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { consumers } = session.value!;
  const hasColumns = width >= FACTS_WIDTH + COLUMN_WIDTH * consumers.length;
  const rowHeight = ROW_HEIGHT[hasColumns ? 'columns' : width >= NARROW ? 'words' : 'narrow'];
  useEffect(() => {
    objects.start();
    return () => objects.stop();
  }, [objects]);
  useChanges(() => objects.changed());
  const list = objects.list.value;
  const rows = useMemo(() => (list === undefined ? undefined : rowsOf(list)), [list]);
  const scroller = useKeptPlace(box, objects, rows, rowHeight);
  const held = objects.held.value;
  return (
    <div
      ref={box}
      class="stack object-list"
      // a column per consumer of the stack
      style={{ '--consumers': consumers.length }}
    >
      {objects.trouble.value === undefined ? null : (
        <Trouble of={objects.trouble.value} again={() => objects.again()} />
      )}
      {rows === undefined || list === undefined ? (
        objects.trouble.value === undefined && <p class="quiet waiting">Looking into the bucket …</p>
      ) : rows.length === 0 ? (
        <NoObjects question={question} />
      ) : (
        <div>
          <div class="object-list-head" aria-live="polite">
            <span class="quiet">
              {list.next === undefined
                ? plural(rows.length, 'object')
                : `${countText(rows.length)} objects so far; more come as you scroll`}
            </span>
            {held === 0 ? null : (
              <Button
                isSmall
                onClick={() => {
                  objects.show();
                  if (question.order === 'newest') scroller()?.scrollTo({ top: 0 });
                }}
              >
                {held >= 200 ? '200 or more' : held} new {held === 1 ? 'object' : 'objects'}: show
              </Button>
            )}
          </div>
          {hasColumns ? <ColumnHeads consumers={consumers} /> : null}
          <WindowedList
            key={rowHeight}
            label="Objects"
            items={rows}
            rowHeight={rowHeight}
            keyOf={({ id }) => id}
            render={({ object }) => (
              <ObjectRow object={object} consumers={consumers} hasColumns={hasColumns} />
            )}
            onWindow={(first, end) => objects.see(first, end)}
            onNearEnd={() => objects.more()}
            {...(list.next === undefined && { total: rows.length })}
          />
        </div>
      )}
    </div>
  );
}

/** What the list shows stays where it is while pages above it come and go, and is found again by who comes back. */
function useKeptPlace(
  box: { readonly current: HTMLDivElement | null },
  objects: LiveObjects<ObjectsDocument>,
  rows: readonly ListedRow[] | undefined,
  rowHeight: number,
): () => Element | null | undefined {
  const scroller = (): Element | null | undefined => box.current?.querySelector('.windowed');
  const shown = useRef<{ readonly id: string; readonly at: number }>(undefined);
  const isThere = rows !== undefined && rows.length > 0;
  useLayoutEffect(() => {
    const element = scroller();
    if (!element) return undefined;
    element.scrollTop = objects.scrolledTo * rowHeight;
    const keep = (): void => {
      objects.scrolledTo = element.scrollTop / rowHeight;
    };
    element.addEventListener('scroll', keep);
    return () => element.removeEventListener('scroll', keep);
  }, [objects, isThere, rowHeight]);
  useLayoutEffect(() => {
    const element = scroller();
    if (!element || rows === undefined) return;
    const { id, at } = shown.current ?? { id: '', at: 0 };
    const isMoved = at > 0 && rows[at]?.id !== id;
    const now = isMoved ? rows.findIndex((row) => row.id === id) : -1;
    if (now !== -1) element.scrollTop += (now - at) * rowHeight;
  }, [rows]);
  useLayoutEffect(() => {
    // the first row that is there and in sight is what the eye holds on to
    const first = Math.floor(objects.scrolledTo);
    const at = rows?.findIndex((row, index) => index >= first && row.object !== undefined) ?? -1;
    const row = rows?.[at];
    shown.current = row === undefined || objects.scrolledTo < 1 ? undefined : { id: row.id, at };
  });
  return scroller;
}

function ColumnHeads({ consumers }: { readonly consumers: readonly string[] }) {
  return (
    // each row says the same for who cannot see the columns
    <div class="object-row has-columns object-heads" aria-hidden="true">
      <span>Key</span>
      <span class="object-size">Size</span>
      <span class="object-time">Changed</span>
      {consumers.map((consumer) => (
        <span key={consumer} class="object-outcome" title={consumer}>
          {consumer}
        </span>
      ))}
    </div>
  );
}

function NoObjects({ question: { prefix, order } }: { readonly question: ObjectsQuestion }) {
  if (order === 'newest' && !isLocal.value) {
    return (
      <Empty title="Nothing came in that time">
        <p>What came before is listed by its key: look further back, or press “By key”.</p>
      </Empty>
    );
  }
  return prefix === '' ? (
    <Empty title="The bucket is empty">
      <p>Drop files onto this page, or put one there from a shell:</p>
      <CommandLine args={['put', 'orders.csv', 'csv/']} />
    </Empty>
  ) : (
    <Empty title="Nothing begins like that">
      <p>
        The bucket holds no object whose key begins with <Key text={prefix} />. Keys are written as S3 has
        them, case and spaces included.
      </p>
    </Empty>
  );
}

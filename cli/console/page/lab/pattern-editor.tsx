import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { lineAndColumn, type Span } from './pattern-place.ts';
import type { SeenValues } from './seen-values.ts';
import { suggestionsAt, type Suggestion } from './suggestions.ts';
import './lab.css';

interface PatternEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly seen: SeenValues;
  /** Where the mistake is. */
  readonly mistake: Span | undefined;
  readonly isWrong: boolean;
  /** The element that says what is wrong. */
  readonly describedBy: string;
}

const ROWS = { least: 10, most: 24 };
const NO_SUGGESTION = -1;

/** A text field with numbered lines, and words that fit where the caret stands. */
export function PatternEditor({ text, onChange, seen, mistake, isWrong, describedBy }: PatternEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const nextCaret = useRef<number>(undefined);
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(NO_SUGGESTION);
  const id = useId();
  const suggestions = isOpen ? suggestionsAt(text, caret, seen) : [];
  // at once: a late one would take back what an arrow key has chosen meanwhile
  useLayoutEffect(() => setActive(NO_SUGGESTION), [text, caret]);
  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return;
    area.current?.focus();
    area.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    setCaret(nextCaret.current);
    nextCaret.current = undefined;
  }, [text]);
  const take = ({ over, text: written, caret: then }: Suggestion): void => {
    nextCaret.current = then;
    onChange(text.slice(0, over.start) + written + text.slice(over.end));
  };
  const lookAtCaret = (): void => setCaret(area.current?.selectionStart ?? 0);
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      lookAtCaret();
      setOpen(true);
    } else if (suggestions.length === 0 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === 'Escape') {
      event.preventDefault();
      setOpen(false);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((before) => wrapped(before + step, suggestions.length));
    } else if (event.key === 'Enter' && active !== NO_SUGGESTION) {
      event.preventDefault();
      take(suggestions[active]!);
    }
  };
  const lines = text.split('\n').length;
  const rows = Math.min(ROWS.most, Math.max(ROWS.least, lines));
  const wrongLine = mistake === undefined ? undefined : lineAndColumn(text, mistake.start).line;
  return (
    <div class="stack" style={{ gap: '8px' }}>
      <label class="lab-label" for={`${id}-text`}>
        Pattern, as JSON
      </label>
      <div class={`lab-editor${isWrong ? ' is-wrong' : ''}`}>
        <div class="lab-gutter" aria-hidden="true">
          <div ref={gutter}>
            {Array.from({ length: lines }, (_, index) => (
              <div key={index} class={index + 1 === wrongLine ? 'is-wrong' : undefined}>
                {index + 1 === wrongLine ? '✖' : ''} {index + 1}
              </div>
            ))}
          </div>
        </div>
        <textarea
          id={`${id}-text`}
          ref={area}
          rows={rows}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={text}
          aria-invalid={isWrong}
          aria-describedby={`${describedBy} ${id}-keys`}
          aria-autocomplete="list"
          aria-controls={`${id}-words`}
          {...(active !== NO_SUGGESTION && { 'aria-activedescendant': `${id}-${active}` })}
          onInput={({ currentTarget }) => {
            setOpen(true);
            setCaret(currentTarget.selectionStart);
            onChange(currentTarget.value);
          }}
          onKeyDown={keyDown}
          onKeyUp={lookAtCaret}
          onClick={lookAtCaret}
          onBlur={() => setOpen(false)}
          onScroll={({ currentTarget }) => {
            gutter.current!.style.transform = `translateY(${-currentTarget.scrollTop}px)`;
          }}
        />
      </div>
      <p class="lab-keys" id={`${id}-keys`}>
        Ctrl+Space shows the words that fit; arrow keys choose one, Enter takes it, Escape closes.
      </p>
      <ul class="lab-words" id={`${id}-words`} role="listbox" aria-label="Words that fit">
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            class={index === active ? 'is-active' : undefined}
            // before the text field loses the focus, which closes the list
            onMouseDown={(event: MouseEvent) => {
              event.preventDefault();
              take(suggestion);
            }}
          >
            <bdi class="key">{terminalText(suggestion.label)}</bdi>
            {suggestion.hint === undefined ? null : <span class="quiet"> {suggestion.hint}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Round the list; before its first one none is chosen. */
const wrapped = (index: number, length: number): number =>
  index >= length ? 0 : index < 0 ? length - 1 : index;

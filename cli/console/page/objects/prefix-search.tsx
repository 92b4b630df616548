import { useEffect, useRef, useState } from 'preact/hooks';
import { Field } from '../parts/field.tsx';
import { setFilters } from '../route.ts';

/** Nobody is asked at every letter. */
const PAUSE_MS = 250;

/** What the keys begin with. It stands in the address as soon as the typing pauses, or at Enter. */
export function PrefixSearch({ prefix }: { readonly prefix: string }) {
  const [text, setText] = useState(prefix);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const set = useRef(prefix);
  const search = (prefix: string): void => {
    clearTimeout(timer.current);
    set.current = prefix;
    setFilters({ prefix });
  };
  useEffect(() => {
    // from elsewhere: the back button, a link
    if (prefix !== set.current) setText(prefix);
    set.current = prefix;
  }, [prefix]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <form
      role="search"
      class="objects-search"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        search(text);
      }}
    >
      <Field label="Keys that begin with">
        <input
          type="search"
          class="mono"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          placeholder="csv/"
          value={text}
          onInput={({ currentTarget }) => {
            const { value } = currentTarget;
            setText(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(search, PAUSE_MS, value);
          }}
        />
      </Field>
    </form>
  );
}

import { useState } from 'preact/hooks';
import { Button } from './parts/button.tsx';
import { Field } from './parts/field.tsx';
import { Said } from './parts/trouble.tsx';
import { isTokenRefused, keepToken } from './session.ts';

/** The page was opened without its token: from a sent address, or after the server was started again. */
export function TokenForm() {
  const [text, setText] = useState('');
  const given = /(?:token=)?([\w-]{16,})\s*$/.exec(text)?.[1];
  return (
    <main class="stack" style={{ maxWidth: '640px', margin: '10vh auto' }}>
      <h1>This page needs the token of the console</h1>
      <p>
        It is in the address that the start of the pipeline, or <code>sluice console</code>, has printed,
        behind <code>#token=</code>. Open that address, or paste it here. It changes with every start.
      </p>
      {isTokenRefused.value ? (
        <Said tone="warn">The last token was refused: it is of another start, or not whole.</Said>
      ) : null}
      <form
        class="stack"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (given !== undefined) keepToken(given);
        }}
      >
        <Field label="The address, or the token">
          <input
            autoComplete="off"
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <div>
          <Button type="submit" kind="main" isDisabled={given === undefined}>
            Open the console
          </Button>
        </div>
      </form>
    </main>
  );
}

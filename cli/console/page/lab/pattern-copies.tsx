import { type JsonValue } from '../../../../shared/event-pattern/pattern-json.ts';
import { terminalText, terminalJson } from '../../../../shared/terminal-text.ts';
import { shellWord } from '../../../terminal/shell-word.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Field } from '../parts/field.tsx';
import { Said } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { consumerArgs } from './consumer-args.ts';
import { jsonText } from './json-text.ts';
import { patternEntry } from './pattern-entry.ts';
import './lab.css';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The pattern in the forms in which it is used: an entry of infra/consumers, a command, JSON. @param consumer whose pattern it was */
export function PatternCopies({
  pattern,
  consumer,
}: {
  readonly pattern: JsonValue;
  readonly consumer: string | undefined;
}) {
  const named = query.value.get('name') ?? 'one-consumer';
  const name = consumer ?? (NAME.test(named) ? named : 'one-consumer');
  const { property, file, shared, leftOut } = patternEntry(pattern, name);
  const { args, whyOther } = consumerArgs(pattern, name);
  const command = ['npx', 'sluice', ...args].map(shellWord).join(' ');
  const isNew = consumer === undefined;
  const code = isNew ? file : property;
  return (
    <section class="card stack" aria-label="Take it with you">
      <h2>Take it with you</h2>
      {isNew ? (
        <Field label="Name of the consumer">
          <input
            value={named}
            autocomplete="off"
            spellcheck={false}
            aria-invalid={!NAME.test(named)}
            onInput={({ currentTarget }) => setFilters({ name: currentTarget.value })}
          />
        </Field>
      ) : null}
      {isNew && !NAME.test(named) ? <Said tone="warn">A name is in kebab-case: one-consumer</Said> : null}
      {leftOut.length === 0 ? null : (
        <Said tone="warn">
          An entry asks for the change and its detail alone: {terminalText(leftOut.join(', '))} is left out.
        </Said>
      )}
      <div class="stack" style={{ gap: '6px' }}>
        <div class="row">
          <h3>
            {isNew ? 'As the entry ' : 'In the entry '}
            <code>infra/consumers/{name}.ts</code>
          </h3>
          <CopyButton text={code} what="TypeScript" />
        </div>
        <pre class="lab-code" tabIndex={0} aria-label="TypeScript">
          {code.split('\n').map(terminalJson).join('\n')}
        </pre>
        {isNew || shared.length === 0 ? null : (
          <p class="quiet">
            {shared.join(' and ')}: from <code>./patterns.ts</code>
          </p>
        )}
      </div>
      {isNew ? (
        <div class="stack" style={{ gap: '6px' }}>
          <div class="row">
            <h3>By the command line, with handler and test</h3>
            <CopyButton text={command} what="the command" />
          </div>
          <pre class="lab-code" tabIndex={0} aria-label="Command">
            {terminalText(command)}
          </pre>
          {whyOther === undefined ? null : (
            <p class="quiet">Then put the pattern above in the place of its own: {whyOther}.</p>
          )}
        </div>
      ) : null}
      <div class="row">
        <CopyButton text={jsonText(pattern)} what="JSON" />
      </div>
    </section>
  );
}

import { useEffect, useRef } from 'preact/hooks';
import type { deadShowDocument } from '../../../dead-letters/dead-documents.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import { CommandLine } from '../parts/command-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Link } from '../parts/link.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import { addressOf } from '../route.ts';
import { expiryOf } from './expiry.ts';
import { indentedJson } from './indented-json.ts';
import { PurgeAction, RedriveAction } from './letter-actions.tsx';
import { Expiry, ReplayLink } from './letter-groups.tsx';
import { reasonWords } from './reason-words.ts';
import type { LetterGroup, LetterSummary } from './shown-letters.ts';

/** One letter whole: why it was given up, what to do, its attributes and its event. */
export function LetterView({
  letter,
  group,
}: {
  readonly letter: LetterSummary;
  readonly group: LetterGroup;
}) {
  const { messageId, consumer, kind, reason, sentAt, keys, errorName, errorMessage } = letter;
  const queue = ['--consumer', consumer, '--kind', kind];
  const args = ['dead', 'show', ...queue, '--', messageId];
  // a look receives the letter: a change of others is no reason for one
  const { document, trouble, again } = useAsked<DocumentOf<typeof deadShowDocument>>(args, {
    afterChanges: false,
  });
  const canBeRedriven = group.replay === undefined;
  const { means, todo } = reasonWords(reason, { kind, canBeRedriven });
  const flags = [...queue, '--message-id', messageId];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [messageId]);
  return (
    <article class="stack" aria-label="Letter">
      <div class="letter-group-head">
        <h2 ref={heading} tabIndex={-1}>
          <Key text={reason} />
        </h2>
        <div class="row">
          {canBeRedriven ? (
            <RedriveAction what="this letter" flags={flags} kind="main" />
          ) : (
            <ReplayLink group={group} />
          )}
          <PurgeAction what="this letter" flags={flags} />
        </div>
      </div>
      <Said>
        <p>{means}</p>
        <p>→ {todo}</p>
      </Said>
      <dl class="letter-facts card">
        <Fact name="error">
          {errorName === undefined && errorMessage === undefined ? (
            <span class="quiet">the letter names none</span>
          ) : (
            <>
              {errorName === undefined ? null : (
                <strong>
                  <Key text={errorName} />{' '}
                </strong>
              )}
              <Key text={errorMessage ?? ''} />
            </>
          )}
        </Fact>
        <Fact name={keys.length > 1 ? 'objects' : 'object'}>
          {keys.length === 0 ? <span class="quiet">its event cannot be read</span> : null}
          {keys.map((key) => (
            <div key={key}>
              <Link to={addressOf('/object', { key })}>
                <Key text={key} />
              </Link>
            </div>
          ))}
        </Fact>
        <Fact name="consumer">
          <Link to={addressOf('/letters', { consumer })}>{consumer}</Link>,{' '}
          {kind === 'queue' ? 'a letter of its queue' : 'a letter of its rule'}
        </Fact>
        <Fact name="sent">
          <Time at={sentAt} />
        </Fact>
        <Fact name="is dropped">
          <Expiry at={expiryOf(sentAt, group)} />
        </Fact>
        <Fact name="message id">
          <Key text={messageId} />
        </Fact>
      </dl>
      {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
      {document === undefined ? (
        trouble === undefined ? (
          <p class="quiet">Reading the letter …</p>
        ) : null
      ) : (
        <>
          <section class="stack letter-part">
            <h3>Attributes</h3>
            <Attributes of={document.letter.attributes} />
          </section>
          <section class="stack letter-part">
            <h3>Event</h3>
            <pre tabIndex={0} aria-label="Event">
              {indentedJson(document.letter.body)}
            </pre>
          </section>
        </>
      )}
      <CommandLine args={args} />
    </article>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Attributes({ of }: { readonly of: Readonly<Record<string, string>> }) {
  const attributes = Object.entries(of);
  if (attributes.length === 0) return <p class="quiet">It has none.</p>;
  return (
    <DataTable
      caption="Attributes of the letter"
      rows={attributes}
      keyOf={([name]) => name}
      columns={[
        { heading: 'name', cell: ([name]) => <Key text={name} /> },
        { heading: 'value', cell: ([, value]) => <Key text={value} /> },
      ]}
    />
  );
}

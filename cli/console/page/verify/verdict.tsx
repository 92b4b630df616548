import { Link } from '../parts/link.tsx';
import { Said } from '../parts/trouble.tsx';
import { Key } from '../parts/shown.tsx';
import { countText, plural } from '../../../terminal/units.ts';
import type { VerifyDocument } from './shown-findings.ts';

/** What a verification came to, and what it does not prove. */
export function Verdict({ of: document }: { readonly of: VerifyDocument }) {
  const { compared, isClean, isComplete, isSettled } = document;
  const queued = Object.entries(document.queued);
  const { waiting = 0 } = document.counts;
  return (
    <>
      {isClean ? (
        <Said tone="good">
          <strong>
            {compared.pending > 0 ? 'What is old enough to judge agrees.' : 'Bucket and tables agree.'}
          </strong>
        </Said>
      ) : null}
      {isComplete ? null : (
        <Said tone="warn">It was broken off: nothing is known of the keys that come after.</Said>
      )}
      {isSettled ? null : (
        <Said tone="warn">
          <p>
            <strong>Not settled:</strong> something is on its way that could still change this.
          </p>
          {waiting > 0 ? (
            <p>{plural(waiting, 'event')} of what differs are on their way, or tried again.</p>
          ) : null}
          {queued.map(([consumer, depth]) => (
            <p key={consumer}>
              The queue of {consumer} holds about {plural(depth, 'message')}, and AWS lets nobody look which.
            </p>
          ))}
        </Said>
      )}
      <dl class="verify-facts">
        <Fact name="objects compared">{countText(compared.objects)}</Fact>
        <Fact name="rows read">{countText(compared.rows)}</Fact>
        {Object.entries(compared.byConsumer).map(([consumer, count]) => (
          <Fact key={consumer} name={`must have a row of ${consumer}`}>
            {countText(count)}
          </Fact>
        ))}
        {compared.pending > 0 ? <Fact name="too young to judge">{countText(compared.pending)}</Fact> : null}
      </dl>
      <NotProven of={document} />
    </>
  );
}

function NotProven({ of: { skipped, notCompared } }: { readonly of: VerifyDocument }) {
  if (skipped.length + notCompared.length === 0) return null;
  return (
    <Said>
      <p>
        <strong>What this does not say</strong>
      </p>
      <ul class="verify-unsaid">
        {skipped.map(({ consumer, why, objects }) => (
          <li key={`${consumer} ${why}`}>
            {consumer} keeps nothing of {plural(objects, 'object')}: <Key text={why} />
          </li>
        ))}
        {notCompared.map(({ consumer, note }) => (
          <li key={consumer}>{note}</li>
        ))}
      </ul>
    </Said>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}

/** Where dead letters are among the findings. */
export function ToLetters() {
  return <Link to="/letters">Look at the dead letters</Link>;
}

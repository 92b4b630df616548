import { Field } from '../parts/field.tsx';
import { Bytes, Count, Time } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import { setFilters } from '../route.ts';
import type { ObjectsDocument, ObjectsQuestion } from './objects-question.ts';

const HOURS = ['1h', '6h', '72h'];

/** In AWS: where the newest come from, and what nobody can tell of a list. */
export function LedgerNote({
  question,
  answer,
}: {
  readonly question: ObjectsQuestion;
  readonly answer: ObjectsDocument | undefined;
}) {
  if (question.order === 'key') {
    return (
      <Said>
        What became of an object is told by rows and dead letters; where only a log or a line could tell it
        stays <em>unknown</em>: the object’s own page looks there.
      </Said>
    );
  }
  const ledger = answer !== undefined && 'ledger' in answer ? answer.ledger : undefined;
  return (
    <Said>
      <div class="row ledger-note">
        <p>
          S3 lists by key alone. The newest come from{' '}
          {ledger === undefined ? (
            'a consumer’s lines'
          ) : (
            <>
              the lines of {ledger.consumer}, from <Time at={ledger.completeSince ?? ledger.since} /> to{' '}
              <Time at={ledger.until} />: <Count count={ledger.objects} /> of its objects,{' '}
              <Bytes count={ledger.bytes} /> were read{ledger.isComplete ? '' : ', and no more at a time'}
            </>
          )}
          . What came before is found by key; what came in the last minute or two may be missing.
        </p>
        <Field label="How far back">
          <select
            value={question.since ?? ''}
            onChange={({ currentTarget }) => setFilters({ since: currentTarget.value })}
          >
            <option value="">a day</option>
            {HOURS.map((hours) => (
              <option key={hours} value={hours}>
                {hours.replace('h', ' h')}
              </option>
            ))}
          </select>
        </Field>
      </div>
    </Said>
  );
}

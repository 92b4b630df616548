import { terminalText } from '../../../../shared/terminal-text.ts';
import { Chip, OutcomeChip, OUTCOME_TONES } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { Bytes, Time } from '../parts/shown.tsx';
import { addressOf } from '../route.ts';
import type { ListedObject } from './listed-pages.ts';
import { outcomeAt, outcomeGroups } from './outcome-groups.ts';

/** The end of a key that stays to be seen where the key is longer than its place. */
const TAIL = 18;

/** A key on one line: where it is too long its middle goes; all of it is there to be copied, and when it is pointed at. */
export function KeyLine({ text }: { readonly text: string }) {
  const characters = Array.from(terminalText(text));
  const tail = characters.length > 2 * TAIL ? characters.slice(-TAIL).join('') : '';
  const head = characters.slice(0, characters.length - Array.from(tail).length).join('');
  return (
    <bdi class="key key-line" title={head + tail}>
      <span>{head}</span>
      {tail === '' ? null : <span class="key-tail">{tail}</span>}
    </bdi>
  );
}

export const objectAddress = ({ key, versionId }: Pick<ListedObject, 'key' | 'versionId'>): string =>
  addressOf('/object', { key, version: versionId });

export function ObjectRow({
  object,
  consumers,
  hasColumns,
}: {
  readonly object: ListedObject | undefined;
  readonly consumers: readonly string[];
  /** A column per consumer, where there is room; else words. */
  readonly hasColumns: boolean;
}) {
  if (object === undefined) return <div class="object-row is-away" aria-hidden="true" />;
  const { key, size, lastModified, isDeleted, isGone } = object;
  const facts = (
    <>
      <span class="object-size">
        {isDeleted === true || size === undefined ? (
          <span class="quiet">{isDeleted === true ? 'deleted' : '–'}</span>
        ) : (
          <Bytes count={size} />
        )}
      </span>
      <span class="object-time">
        <Time at={lastModified} />
      </span>
    </>
  );
  return (
    <div
      class={`object-row${hasColumns ? ' has-columns' : ''}${isDeleted === true ? ' is-deleted' : ''}${isGone === true ? ' is-gone' : ''}`}
    >
      <span class="object-key">
        <Link to={objectAddress({ key })}>
          <KeyLine text={key} />
        </Link>
        {isGone === true ? <Chip tone="warn" text="changed since" /> : null}
      </span>
      {facts}
      {hasColumns
        ? consumers.map((consumer) => (
            <span key={consumer} class="object-outcome">
              <span class="unseen">{terminalText(consumer)}: </span>
              <OutcomeChip outcome={outcomeAt(object, consumer)} title={consumer} />
            </span>
          ))
        : outcomeGroups(object, consumers).map(({ outcome, consumers: alike }) => (
            <span key={outcome} class="object-outcome">
              <Chip
                tone={OUTCOME_TONES[outcome] ?? 'quiet'}
                text={`${alike.length === 1 ? terminalText(alike[0] ?? '') : alike.length} ${outcome.replaceAll('-', ' ')}`}
                title={alike.join(', ')}
              />
            </span>
          ))}
    </div>
  );
}

import { useEffect, useRef } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { countText, plural } from '../../../terminal/units.ts';
import { useAsked, type Asked } from '../asked.ts';
import { flow } from '../flow-feed.ts';
import { isLive } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { openActions } from '../parts/action.tsx';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Link } from '../parts/link.tsx';
import { Empty, Said, Trouble } from '../parts/trouble.tsx';
import { addressOf, query } from '../route.ts';
import { useHeld } from '../use-held.ts';
import { PurgeAction, RedriveAction } from './letter-actions.tsx';
import { LetterFilter } from './letter-filter-bar.tsx';
import { LetterGroups } from './letter-groups.tsx';
import { LetterList } from './letter-list.tsx';
import { LetterView } from './letter-view.tsx';
import './letters.css';
import { countedByFlow, LookAgain, SETTLED_MS } from './look-again.ts';
import { filtersIn, flagsOf, isShown, newestFirst, type DeadLetters } from './shown-letters.ts';

/** A letter that another command had in hand is back after so long. */
const BACK_MS = 65_000;

/** Letters of every consumer, by reason; one whole; redriving and purging them. */
export function LettersPage() {
  // one look at all of them: a filter that changes is no reason to receive them again
  const asked = useAsked<DeadLetters>(['dead', 'list']);
  useLookAgain(asked);
  const document = useHeld(asked.document);
  const filters = filtersIn(query.value);
  const groups = document?.groups.filter((group) => isShown(filters, group)) ?? [];
  const letters = newestFirst(document?.letters.filter((letter) => isShown(filters, letter)) ?? []);
  const openId = query.value.get('letter');
  const what = Object.values(filters).some((one) => one !== undefined) ? 'all that are shown' : 'all letters';
  return (
    <>
      <PageHead
        title="Dead letters"
        actions={
          <>
            <Button onClick={asked.again} isDisabled={asked.isAsking}>
              Look again
            </Button>
            {openId === null && letters.length > 0 ? (
              <>
                <RedriveAction what={what} flags={flagsOf(filters)} kind="main" />
                <PurgeAction what={what} flags={flagsOf(filters)} />
              </>
            ) : null}
          </>
        }
      >
        Events that were given up, by consumer and reason. None is lost: mend the cause, and send them back.
      </PageHead>
      <div class="stack">
        {asked.trouble === undefined || asked.exitCode === 3 ? null : (
          <Trouble of={asked.trouble} again={asked.again} />
        )}
        {document === undefined ? (
          asked.trouble === undefined ? (
            <p class="quiet waiting">Looking into the dead-letter queues …</p>
          ) : null
        ) : (
          <>
            {document.unavailable.map(({ what, why }) => (
              <Said key={what} tone="warn">
                {terminalText(what)} could not be looked into: {terminalText(why)}
              </Said>
            ))}
            {document.inHand > 0 ? (
              <Said tone="warn">
                {plural(document.inHand, 'letter')} cannot be seen now: another command has{' '}
                {document.inHand === 1 ? 'it' : 'them'} in hand, or one that was broken off had. Back within a
                minute.
              </Said>
            ) : null}
            {openId === null ? (
              <>
                {document.letters.length === 0 ? null : (
                  <LetterFilter groups={document.groups} filters={filters} />
                )}
                {groups.length === 0 ? (
                  <NoLetters document={document} />
                ) : (
                  <>
                    <LetterGroups groups={groups} />
                    <section class="stack letter-part">
                      <h2>
                        {countText(letters.length)} {letters.length === 1 ? 'letter' : 'letters'}, the newest
                        first
                      </h2>
                      <LetterList letters={letters} filters={filters} />
                    </section>
                  </>
                )}
                <CommandLine args={['dead', 'list', ...flagsOf(filters)]} />
              </>
            ) : (
              <OneLetter id={openId} document={document} />
            )}
          </>
        )}
      </div>
    </>
  );
}

function OneLetter({ id, document }: { readonly id: string; readonly document: DeadLetters }) {
  const letter = document.letters.find(({ messageId }) => messageId === id);
  const group =
    letter &&
    document.groups.find(
      ({ consumer, kind, reason }) =>
        consumer === letter.consumer && kind === letter.kind && reason === letter.reason,
    );
  return (
    <>
      <p>
        <Link to={addressOf('/letters', { ...filtersIn(query.value) })}>← All letters</Link>
      </p>
      {letter === undefined || group === undefined ? (
        <Empty title="This letter is not there">
          <p>It was redriven, purged or dropped, or another command has it in hand.</p>
        </Empty>
      ) : (
        <LetterView letter={letter} group={group} />
      )}
    </>
  );
}

function NoLetters({ document }: { readonly document: DeadLetters }) {
  if (document.letters.length > 0) {
    return (
      <Empty title="No letter is like that">
        <p>There are {plural(document.letters.length, 'letter')} of other consumers or reasons.</p>
        <Link to="/letters">Show all</Link>
      </Empty>
    );
  }
  if (document.inHand > 0 || document.unavailable.length > 0) return null;
  return (
    <Empty title="No dead letters: all is well">
      <p>
        Whatever was delivered has been processed, or waits in its queue to be tried again. An event that is
        given up stands here, with the reason and the last error.
      </p>
      <Link to="/flow">See what flows</Link>
    </Empty>
  );
}

/** Looks again when the flow counts other letters than were found, and when what was in another's hand is back. */
function useLookAgain({ document, isAsking, again }: Asked<DeadLetters>): void {
  const decides = useRef(new LookAgain());
  const look = (): void => {
    const counted = flow.value;
    if (counted === undefined) return;
    const isBusy = isAsking || openActions.value > 0 || !isLive.value;
    if (decides.current.isDue(countedByFlow(counted), document, performance.now(), isBusy)) again();
  };
  useSignalEffect(look);
  useEffect(() => {
    look();
    // what stands still brings no frame that would ask
    const timer = setInterval(look, SETTLED_MS);
    return () => clearInterval(timer);
  }, [document, isAsking]);
  const inHand = document?.inHand ?? 0;
  useEffect(() => {
    if (inHand === 0) return undefined;
    const timer = setTimeout(() => isLive.value && again(), BACK_MS);
    return () => clearTimeout(timer);
  }, [document]);
}

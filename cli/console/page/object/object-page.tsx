import './object.css';
import { useRef, useState } from 'preact/hooks';
import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { useChanges } from '../objects/use-changes.ts';
import { PageHead } from '../page-head.tsx';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Link } from '../parts/link.tsx';
import { Key } from '../parts/shown.tsx';
import { Empty, Said, Trouble } from '../parts/trouble.tsx';
import { addressOf, query } from '../route.ts';
import { session } from '../session.ts';
import { ConsumerCard } from './consumer-card.tsx';
import { EventList } from './event-list.tsx';
import { KnownOutcomes } from './known-outcomes.tsx';
import { DownloadButton, RemoveAction } from './object-actions.tsx';
import { explainArgs, objectIn, statusArgs, type ObjectQuestion } from './object-question.ts';
import { timelines, type ObjectDocument } from './timeline.ts';
import { usePaced } from './use-paced.ts';
import { VersionFacts, Versions } from './versions.tsx';
import { WithoutObject } from './without-object.tsx';

/** One object: what the bucket holds of its key, what became of it at each consumer, and why. */
export function ObjectPage() {
  const question = objectIn(query.value);
  if (question === undefined) {
    return (
      <>
        <PageHead title="Object" />
        <Empty title="No key is named">
          <p>Choose an object of the list.</p>
          <Link to="/objects">To the objects</Link>
        </Empty>
      </>
    );
  }
  // another object begins anew
  return <OneObject key={JSON.stringify(question)} question={question} />;
}

function OneObject({ question }: { readonly question: ObjectQuestion }) {
  const { key } = question;
  const { bucket } = session.value!;
  // in AWS it costs more than a look, and the reader says when
  const [isWanted, setWanted] = useState(isLocal.value);
  const args = statusArgs(question, bucket);
  const status = useAsked<ObjectDocument>(isWanted ? args : undefined, { afterChanges: false });
  const look = usePaced(status);
  useChanges(look);
  const { document, trouble } = status;
  const isKnown = document !== undefined || trouble !== undefined || !isWanted;
  const explained = useAsked<DocumentOf<typeof explainDocument>>(
    isKnown ? explainArgs(question, bucket, document) : undefined,
    { afterChanges: false },
  );
  // the cards come with what the rules say: lines that come later would push what is read
  const wasJudged = useRef(false);
  wasJudged.current ||= explained.document !== undefined || explained.trouble !== undefined;
  const judged = explained.document?.events[0];
  const told = document === undefined ? undefined : timelines(document);
  return (
    <div class="stack object-page">
      <PageHead
        title={<Key text={key} />}
        actions={
          document === undefined || document.version.isRemoved === true ? null : (
            <>
              {document.version.isDeleteMarker ? null : (
                <DownloadButton objectKey={key} version={document.version.versionId} />
              )}
              {document.version.isLatest && !document.version.isDeleteMarker ? (
                <RemoveAction objectKey={key} />
              ) : null}
            </>
          )
        }
      >
        <Link to={addressOf('/objects', { prefix: key.replace(/[^/]*$/, '') })}>Objects beside it</Link>
      </PageHead>
      {document === undefined ? null : (
        <>
          <VersionFacts version={document.version} />
          <Versions objectKey={key} document={document} />
        </>
      )}
      {trouble === undefined ? null : <Trouble of={trouble} again={status.again} />}
      {isWanted && !isKnown ? <p class="quiet waiting">Looking what became of it …</p> : null}
      {isWanted ? null : (
        <>
          <KnownOutcomes objectKey={key} />
          <Said>
            <p>
              What happened to it is asked of S3 (its versions), the rows of each consumer, the dead-letter
              queues, whose letters are hidden from others for a moment, and of each function’s log, from this
              object’s last change on.
            </p>
            <p>
              <Button kind="main" onClick={() => setWanted(true)}>
                Ask what happened to it
              </Button>
            </p>
          </Said>
        </>
      )}
      {isWanted && isKnown && !wasJudged.current ? (
        <p class="quiet waiting">Asking the rules about it …</p>
      ) : null}
      {document !== undefined && told !== undefined && wasJudged.current
        ? document.consumers.map((fate) => (
            <ConsumerCard
              key={fate.consumer}
              objectKey={key}
              fate={fate}
              lastModified={document.version.lastModified}
              timelines={told}
              judged={judged?.consumers.find(({ consumer }) => consumer === fate.consumer)}
            />
          ))
        : null}
      {document === undefined && judged !== undefined ? <WithoutObject explained={judged} /> : null}
      {explained.trouble === undefined ? null : <Trouble of={explained.trouble} again={explained.again} />}
      <EventList document={document} explained={judged} />
      <CommandLine args={args} />
    </div>
  );
}

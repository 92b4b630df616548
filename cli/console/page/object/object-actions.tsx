import { useState } from 'preact/hooks';
import type { backfillDocument } from '../../../backfill/backfill-document.ts';
import type { rmDocument } from '../../../objects/rm-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { plural } from '../../../terminal/units.ts';
import { Action } from '../parts/action.tsx';
import { Button } from '../parts/button.tsx';
import { Key } from '../parts/shown.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { download, type Trouble as TroubleText } from '../server.ts';
import { session } from '../session.ts';
import { removeArgs, sendAgainArgs } from './object-question.ts';

/** Saves the bytes as a file; nothing of them is ever shown in the page. */
export function DownloadButton({
  objectKey,
  version,
}: {
  readonly objectKey: string;
  readonly version: string;
}) {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TroubleText>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const url = URL.createObjectURL(await download(objectKey, version));
      const link = document.createElement('a');
      link.href = url;
      link.download = objectKey.replace(/^.*\/(?=.)/s, '');
      link.click();
      // the browser has begun to save it by then
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      setTrouble(error as TroubleText);
    }
    setBusy(false);
  };
  return (
    <>
      <Button isDisabled={isBusy} onClick={() => void save()}>
        {isBusy ? 'Downloading …' : 'Download'}
      </Button>
      {trouble === undefined ? null : <Trouble of={trouble} />}
    </>
  );
}

type Removed = DocumentOf<typeof rmDocument>;

export function RemoveAction({ objectKey }: { readonly objectKey: string }) {
  return (
    <Action<Removed>
      title="Remove"
      kind="danger"
      args={removeArgs(objectKey, session.value!.bucket)}
      count={({ objects }) => objects.length}
      plan={({ objects }) => (
        <>
          {objects.map(({ key, consumers }) => (
            <p key={key}>
              <Key text={key} /> becomes a delete marker.{' '}
              {consumers.length === 0
                ? 'No consumer hears of it.'
                : `Its delete reaches ${consumers.join(', ')}.`}
            </p>
          ))}
          <p class="quiet">
            Where the bucket keeps versions, the object comes back when its delete marker is removed.
          </p>
        </>
      )}
      result={({ document }) => <Removals objects={document?.objects ?? []} />}
    />
  );
}

function Removals({ objects }: Pick<Removed, 'objects'>) {
  const failed = objects.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return <p>{plural(objects.length, 'object')} removed.</p>;
  return (
    <>
      {failed.map(({ key, error = '' }) => (
        <Trouble key={key} of={{ message: `${key}: ${error}` }} />
      ))}
    </>
  );
}

type Sent = DocumentOf<typeof backfillDocument>;

/** Sends the object as it is now straight to the consumer's queue. */
export function SendAgainAction({
  objectKey,
  consumer,
}: {
  readonly objectKey: string;
  readonly consumer: string;
}) {
  return (
    <Action<Sent>
      title="Send again"
      isSmall
      label={`Send again to ${consumer}`}
      args={sendAgainArgs(objectKey, consumer)}
      count={messagesIn}
      plan={(document) => (
        <p>
          {plural(messagesIn(document), 'message')} about the object as it is now would go to the queue of{' '}
          {consumer}. A row that an event of S3 has written stays as it is.
        </p>
      )}
      result={({ document }) => (
        <p>{plural(document === undefined ? 0 : messagesIn(document), 'message')} sent.</p>
      )}
    />
  );
}

const messagesIn = ({ messages }: Sent): number =>
  Object.values(messages).reduce((sum, count) => sum + count, 0);

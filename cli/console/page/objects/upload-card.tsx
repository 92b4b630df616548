import { terminalJson } from '../../../../shared/terminal-text.ts';
import { bytesText, countText, durationText, plural } from '../../../terminal/units.ts';
import { isLive } from '../live.ts';
import { Button } from '../parts/button.tsx';
import { Chip, OUTCOME_TONES } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Bytes } from '../parts/shown.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { WindowedList } from '../parts/windowed-list.tsx';
import { session } from '../session.ts';
import type { ListedObject } from './listed-pages.ts';
import { KeyLine, objectAddress } from './object-row.tsx';
import { outcomeGroups } from './outcome-groups.ts';
import type { UploadedFile, UploadsView } from './upload-queue.ts';
import { uploads } from './uploads.ts';
import { useUploadOutcomes } from './use-upload-outcomes.ts';

const ROW_HEIGHT = 68;
const MOST_HEIGHT = 260;

/** How the uploads go, and what became of each. */
export function UploadCard({ view }: { readonly view: UploadsView }) {
  const { counts, files, sizeBytes, sentBytes } = view;
  const isBusy = counts.waiting + counts.sending > 0;
  const left = counts.failed + counts.stopped;
  const { outcomes, again, trouble } = useUploadOutcomes(files);
  return (
    <section class="card stack upload-card" aria-label="Uploads">
      <div class="row upload-head">
        <h2>{headline(view)}</h2>
        <div class="row">
          {isBusy ? (
            <Button isSmall onClick={() => uploads.stop()}>
              Stop
            </Button>
          ) : null}
          {!isBusy && left > 0 ? (
            <Button isSmall kind="main" onClick={() => uploads.again()}>
              Try {plural(left, 'file')} again
            </Button>
          ) : null}
          {isLive.value || counts.done === 0 ? null : (
            <Button isSmall onClick={again}>
              Ask what became of them
            </Button>
          )}
          {isBusy ? null : (
            <Button isSmall kind="bare" label="Close the list of uploads" onClick={() => uploads.clear()}>
              Close
            </Button>
          )}
        </div>
      </div>
      {isBusy ? (
        <ProgressBar
          of={{ label: rateText(view), done: sentBytes, total: sizeBytes }}
          amountText={bytesText}
        />
      ) : null}
      {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
      <WindowedList
        label="Uploaded files"
        items={files}
        rowHeight={ROW_HEIGHT}
        height={Math.min(MOST_HEIGHT, files.length * ROW_HEIGHT + 2)}
        keyOf={({ key }) => key}
        render={(file) => <UploadRow file={file} object={outcomes.get(file.key)} />}
        total={files.length}
      />
    </section>
  );
}

function headline({ counts, files }: UploadsView): string {
  const ended = [
    ...(counts.failed > 0 ? [`${countText(counts.failed)} failed`] : []),
    ...(counts.stopped > 0 ? [`${countText(counts.stopped)} stopped`] : []),
  ];
  return [`${countText(counts.done)} of ${plural(files.length, 'file')} uploaded`, ...ended].join(', ');
}

function rateText({ bytesPerSecond, sizeBytes, sentBytes }: UploadsView): string {
  if (bytesPerSecond === undefined || bytesPerSecond === 0) return 'Sending';
  const left = durationText(((sizeBytes - sentBytes) / bytesPerSecond) * 1_000);
  return `Sending at ${bytesText(bytesPerSecond)}/s, about ${left} left:`;
}

const STATE_TONES = {
  waiting: 'quiet',
  sending: 'wait',
  done: 'good',
  failed: 'bad',
  stopped: 'warn',
} as const;

function UploadRow({
  file,
  object,
}: {
  readonly file: UploadedFile;
  readonly object: ListedObject | undefined;
}) {
  const { key, sizeBytes, sentBytes, state, trouble } = file;
  const share = sizeBytes === 0 ? 0 : Math.floor((sentBytes / sizeBytes) * 100);
  return (
    <div class="upload-row">
      <div class="upload-file">
        {state === 'done' ? (
          <Link to={objectAddress({ key })}>
            <KeyLine text={key} />
          </Link>
        ) : (
          <KeyLine text={key} />
        )}
        <Bytes count={sizeBytes} />
      </div>
      <div class="upload-state">
        {state === 'done' && object !== undefined ? (
          outcomeGroups(object, session.value!.consumers).map(({ outcome, consumers }) => (
            <Chip
              key={outcome}
              tone={OUTCOME_TONES[outcome] ?? 'quiet'}
              text={`${consumers.length === 1 ? consumers[0] : consumers.length} ${outcome.replaceAll('-', ' ')}`}
              title={consumers.join(', ')}
            />
          ))
        ) : (
          <Chip
            tone={STATE_TONES[state]}
            text={state === 'sending' ? `${share} % sent` : state === 'done' ? 'uploaded' : state}
          />
        )}
        {trouble === undefined ? null : (
          <span class="upload-trouble" title={trouble.nextStep}>
            {terminalJson(trouble.message)}
          </span>
        )}
      </div>
    </div>
  );
}

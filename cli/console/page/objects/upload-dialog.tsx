import { useMemo, useState } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { bytesText, plural } from '../../../terminal/units.ts';
import { Button } from '../parts/button.tsx';
import { Chip } from '../parts/chip.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Bytes } from '../parts/shown.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import type { Chosen, ChosenFile } from './dropped-files.ts';
import { plannedUploads, type PlannedUpload } from './dropped-keys.ts';
import { KeyLine } from './object-row.tsx';
import { exampleKeys, type ReachGroup } from './reach.ts';
import { ReachChips, ReachList } from './reach-list.tsx';
import { uploads } from './uploads.ts';
import { useExistingKeys } from './use-existing-keys.ts';
import { useReach } from './use-reach.ts';

/** So many files are shown one by one; of more it is said whom they reach. */
const FEW = 12;
/** Whom more than these reach is not asked. */
const MOST_EXPLAINED = 1_000;

/** What would be uploaded: where to, whom it reaches and what it overwrites. Nothing is sent before that was seen. */
export function UploadDialog({
  chosen,
  prefix: begun,
  onClose,
}: {
  readonly chosen: Chosen;
  readonly prefix: string;
  readonly onClose: () => void;
}) {
  const [prefix, setPrefix] = useState(begun);
  const planned = useMemo(() => plannedUploads(prefix, chosen.files), [prefix, chosen]);
  const good = planned.filter(({ problem }) => problem === undefined);
  const bad = planned.filter(({ problem }) => problem !== undefined);
  const existing = useExistingKeys(useMemo(() => good.map(({ key }) => key), [planned]));
  const reach = useReach(
    good.length === 0
      ? exampleKeys(prefix).map((key) => ({ key }))
      : good.slice(0, MOST_EXPLAINED).map(({ key, file: { size } }) => ({ key, size })),
  );
  const bytes = good.reduce((sum, { file }) => sum + file.size, 0);
  const files = plural(good.length, 'file');
  const send = (): void => {
    uploads.add(good.map(({ key, file: { size, blob } }) => ({ key, sizeBytes: size, body: blob })));
    onClose();
  };
  return (
    <Dialog
      title={`Upload ${files}, ${bytesText(bytes)}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" onClick={send} isDisabled={good.length === 0 || existing.isAsking}>
            Upload {files}
          </Button>
        </>
      }
    >
      <Field
        label="Below the prefix"
        hint={
          prefix === '' || prefix.endsWith('/')
            ? 'What every key begins with.'
            : 'What every key begins with, as it is written: it ends without a slash.'
        }
      >
        <input
          class="mono"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          value={prefix}
          onInput={({ currentTarget }) => setPrefix(currentTarget.value)}
        />
      </Field>
      {good.length > FEW || good.length === 0 ? (
        <ReachList reach={reach} />
      ) : (
        <>
          <FewFiles files={good} groups={reach.groups} existing={existing.keys} />
          {reach.trouble === undefined ? null : <Trouble of={reach.trouble} />}
        </>
      )}
      {good.length > MOST_EXPLAINED ? (
        <p class="quiet">Of the first {plural(MOST_EXPLAINED, 'file')}; the others were not asked about.</p>
      ) : null}
      {bad.length === 0 ? null : <NotSent files={bad} />}
      {chosen.unread.length === 0 ? null : (
        <Said tone="warn">
          <p>{plural(chosen.unread.length, 'file')} could not be read, and will be missing:</p>
          <ul>
            {chosen.unread.slice(0, FEW).map((text) => (
              <li key={text}>{terminalText(text)}</li>
            ))}
          </ul>
        </Said>
      )}
      {existing.trouble === undefined ? null : (
        <Said tone="warn">
          Whether these keys are taken could not be asked: {terminalText(existing.trouble.message)}. One that
          is taken would be overwritten.
        </Said>
      )}
      {existing.isAsking ? <p class="quiet">Looking which of the keys are taken …</p> : null}
      {existing.keys.size === 0 ? null : (
        <Said tone="warn">
          <p>
            <strong>{plural(existing.keys.size, 'object')} will be overwritten.</strong> Where the bucket
            keeps versions, the old ones stay.
          </p>
          {good.length > FEW ? (
            <ul>
              {[...existing.keys].slice(0, FEW).map((key) => (
                <li key={key}>
                  <KeyLine text={key} />
                </li>
              ))}
            </ul>
          ) : null}
        </Said>
      )}
    </Dialog>
  );
}

function FewFiles({
  files,
  groups = [],
  existing,
}: {
  readonly files: readonly PlannedUpload<ChosenFile>[];
  readonly groups: readonly ReachGroup[] | undefined;
  readonly existing: ReadonlySet<string>;
}) {
  return (
    <ul class="reach">
      {files.map(({ key, file: { size } }) => {
        const reached = groups.find(({ keys }) => keys.includes(key));
        return (
          <li key={key}>
            <div class="row reach-file">
              <KeyLine text={key} />
              <Bytes count={size} />
              {existing.has(key) ? <Chip tone="warn" text="overwrites" /> : null}
            </div>
            {reached === undefined ? null : <ReachChips consumers={reached.consumers} />}
          </li>
        );
      })}
    </ul>
  );
}

function NotSent({ files }: { readonly files: readonly PlannedUpload[] }) {
  return (
    <Said tone="warn">
      <p>{plural(files.length, 'file')} cannot be uploaded:</p>
      <ul>
        {files.slice(0, FEW).map(({ file, problem }, index) => (
          <li key={index}>
            <KeyLine text={file.path} />
            <span class="quiet">{problem}</span>
          </li>
        ))}
      </ul>
      {files.length > FEW ? <p>… and {plural(files.length - FEW, 'other')}</p> : null}
    </Said>
  );
}

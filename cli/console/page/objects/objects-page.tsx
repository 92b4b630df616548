import './objects.css';
import { terminalJson, terminalText } from '../../../../shared/terminal-text.ts';
import { useCallback, useRef, useState } from 'preact/hooks';
import { isLive, isLocal } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Said } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { session } from '../session.ts';
import { ObjectList } from './object-list.tsx';
import { PrefixSearch } from './prefix-search.tsx';
import { typedArgs, orderFilter, questionIn } from './objects-question.ts';
import { keptList } from './kept-list.ts';
import { LedgerNote } from './ledger-note.tsx';
import { chosenFiles, type Chosen } from './dropped-files.ts';
import { DropTarget } from './drop-target.tsx';
import { UploadCard } from './upload-card.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { uploads } from './uploads.ts';

/** Where files go that are dropped while no prefix is searched. */
const USUAL_PREFIX = 'csv/';

/** What the bucket holds, and what became of it at each consumer. */
export function ObjectsPage() {
  const question = questionIn(query.value);
  const { prefix, order } = question;
  const objects = keptList(question);
  const setOrder = (to: typeof order): void => setFilters({ order: orderFilter(prefix, to) });
  const { readOnly } = session.value!;
  const [chosen, setChosen] = useState<Chosen>();
  const take = useCallback((files: Chosen | Promise<Chosen>): void => {
    void Promise.resolve(files).then((all) => {
      if (all.files.length + all.unread.length > 0) setChosen(all);
    });
  }, []);
  const uploadPrefix = prefix === '' ? USUAL_PREFIX : prefix;
  return (
    <div class="stack">
      <PageHead
        title="Objects"
        actions={
          readOnly ? null : (
            <>
              <FileButton onChosen={(list) => take(chosenFiles(list))}>Upload files</FileButton>
              <FileButton isFolder onChosen={(list) => take(chosenFiles(list))}>
                Upload a folder
              </FileButton>
            </>
          )
        }
      >
        Every object of s3://{session.value!.bucket}, and what became of it at each consumer.
      </PageHead>
      {uploads.view.value === undefined ? null : <UploadCard view={uploads.view.value} />}
      <div class="objects-tools">
        <PrefixSearch prefix={prefix} />
        <div class="row" role="group" aria-label="Order">
          <Button isSmall isPressed={order === 'newest'} onClick={() => setOrder('newest')}>
            Newest first
          </Button>
          <Button isSmall isPressed={order === 'key'} onClick={() => setOrder('key')}>
            By key
          </Button>
        </div>
        {isLive.value ? null : (
          <Button isSmall onClick={() => objects.again()} isDisabled={objects.isAsking.value}>
            Ask again
          </Button>
        )}
      </div>
      {(objects.answer.value?.unavailable ?? []).map(({ what, why }) => (
        <Said key={what} tone="warn">
          What became of objects at {terminalText(what)} is not known: {terminalJson(why)}
        </Said>
      ))}
      {isLocal.value ? null : <LedgerNote question={question} answer={objects.answer.value} />}
      <ObjectList objects={objects} question={question} />
      <CommandLine args={typedArgs(question, session.value!.bucket)} />
      {readOnly ? null : <DropTarget prefix={uploadPrefix} onChosen={take} />}
      {chosen === undefined ? null : (
        <UploadDialog chosen={chosen} prefix={uploadPrefix} onClose={() => setChosen(undefined)} />
      )}
    </div>
  );
}

function FileButton({
  children,
  isFolder = false,
  onChosen,
}: {
  readonly children: string;
  readonly isFolder?: boolean;
  readonly onChosen: (files: FileList | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => input.current?.click()}>{children}</Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        // the types of preact do not know it
        {...(isFolder && { webkitdirectory: true })}
        aria-label={children}
        onChange={({ currentTarget }) => {
          onChosen(currentTarget.files);
          // the same files can be chosen again
          currentTarget.value = '';
        }}
      />
    </>
  );
}

import { terminalText } from '../../../../shared/terminal-text.ts';
import { plural } from '../../../terminal/units.ts';
import { Chip } from '../parts/chip.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Link } from '../parts/link.tsx';
import { Age, Bytes, Time } from '../parts/shown.tsx';
import { addressOf } from '../route.ts';
import type { ObjectDocument } from './timeline.ts';

type Version = ObjectDocument['version'];

/** What is shown: a version of the object, or the marker of its delete. */
export function VersionFacts({ version }: { readonly version: Version }) {
  const { versionId, isLatest, isDeleteMarker, lastModified, size, etag, isRemoved } = version;
  return (
    <dl class="card object-facts">
      <div>
        <dt>State</dt>
        <dd class="row">
          {isRemoved === true ? (
            <Chip
              tone="bad"
              text="removed"
              title="The bucket holds no version of it; a row still shows this one"
            />
          ) : isDeleteMarker ? (
            <Chip tone="warn" text="deleted" />
          ) : (
            <Chip tone="good" text="there" />
          )}
          {isLatest ? null : <Chip tone="quiet" text="an older version" />}
        </dd>
      </div>
      {size === undefined ? null : (
        <div>
          <dt>Size</dt>
          <dd>
            <Bytes count={size} />
          </dd>
        </div>
      )}
      <div>
        <dt>{isDeleteMarker ? 'Deleted' : 'Stored'}</dt>
        <dd>
          <Time at={lastModified} />{' '}
          <span class="quiet">
            (<Age at={lastModified} />)
          </span>
        </dd>
      </div>
      {etag === undefined ? null : (
        <div>
          <dt>ETag</dt>
          <dd class="mono">{terminalText(etag)}</dd>
        </div>
      )}
      <div>
        <dt>Version</dt>
        <dd class="mono">{terminalText(versionId)}</dd>
      </div>
    </dl>
  );
}

/** All versions of the key, to choose one. */
export function Versions({
  objectKey,
  document: { version, versions },
}: {
  readonly objectKey: string;
  readonly document: ObjectDocument;
}) {
  if (versions.length < 2) return null;
  return (
    <details class="card" open={versions.length <= 5}>
      <summary>{plural(versions.length, 'version')} of this key</summary>
      <DataTable
        caption="Versions of this key, newest first"
        rows={versions}
        keyOf={({ versionId }) => versionId}
        columns={[
          { heading: 'Changed', cell: ({ lastModified }) => <Time at={lastModified} /> },
          {
            heading: 'What',
            cell: ({ isDeleteMarker, isLatest }) => (
              <span class="row">
                {isDeleteMarker ? (
                  <Chip tone="warn" text="delete marker" />
                ) : (
                  <Chip tone="good" text="object" />
                )}
                {isLatest ? <Chip tone="quiet" text="current" /> : null}
              </span>
            ),
          },
          {
            heading: 'Size',
            isNumber: true,
            cell: ({ size }) => (size === undefined ? '–' : <Bytes count={size} />),
          },
          {
            heading: 'Version',
            cell: ({ versionId, isLatest }) =>
              versionId === version.versionId ? (
                <strong class="mono version-id">{terminalText(versionId)} (shown)</strong>
              ) : (
                <Link
                  class="mono version-id"
                  to={addressOf('/object', { key: objectKey, version: isLatest ? undefined : versionId })}
                >
                  {terminalText(versionId)}
                </Link>
              ),
          },
        ]}
      />
    </details>
  );
}

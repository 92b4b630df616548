/**
 * A change of an object that the bucket has published, as far as the accounting goes. Read here from the published text, and not
 * by the pipeline's own parser, which is among what is judged.
 */
export interface AcceptedEvent {
  readonly key: string;
  readonly kind: 'created' | 'deleted' | 'version-removed';
  /** 32 lower-case hexadecimal digits: later changes of a key have larger ones. */
  readonly sequencer: string;
  readonly versionId: string;
  readonly timeMs: number;
  /** Of what was created. */
  readonly etag?: string | undefined;
  readonly size?: number | undefined;
}

interface PublishedEvent {
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: {
    readonly object: {
      readonly key: string;
      readonly sequencer: string;
      readonly etag?: string;
      readonly size?: number;
      readonly 'version-id': string;
    };
    readonly 'deletion-type'?: string;
  };
}

/** @param text of a message that a rule has put on a queue */
export function acceptedEvent(text: string): AcceptedEvent {
  const { 'detail-type': type, time, detail } = JSON.parse(text) as PublishedEvent;
  const { key, sequencer, etag, size, 'version-id': versionId } = detail.object;
  const isRemoval = detail['deletion-type'] === 'Permanently Deleted';
  return {
    key,
    kind: type === 'Object Created' ? 'created' : isRemoval ? 'version-removed' : 'deleted',
    sequencer: sequencer.toLowerCase().padStart(32, '0'),
    versionId,
    timeMs: Date.parse(time),
    etag,
    size,
  };
}

/** The same text for the same change, however often and by whatever way it is told. */
export const changeOf = ({
  key,
  versionId,
  sequencer,
}: Pick<AcceptedEvent, 'key' | 'sequencer' | 'versionId'>): string =>
  JSON.stringify([key, versionId, sequencer]);

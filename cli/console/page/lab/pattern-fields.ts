import type { S3BusEvent } from '../../../../shared/object-event/s3-bus-event.ts';

/** What an event may hold in a field: fields of its own, or texts, of which it may be known which ones. */
export type PatternField =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, PatternField>> }
  | { readonly kind: 'text'; readonly values?: readonly string[] }
  | { readonly kind: 'number' | 'boolean' | 'any' };

const TEXT = { kind: 'text' } as const;
const NUMBER = { kind: 'number' } as const;
const ANY = { kind: 'any' } as const;

const EVERY_TYPE = oneOf({
  'Object Created': true,
  'Object Deleted': true,
  'Object Restore Initiated': true,
  'Object Restore Completed': true,
  'Object Restore Expired': true,
  'Object Storage Class Changed': true,
  'Object Access Tier Changed': true,
  'Object ACL Updated': true,
  'Object Tags Added': true,
  'Object Tags Deleted': true,
  'Object Annotation Created': true,
  'Object Annotation Removed': true,
  'Object Retention Updated': true,
});
/** Every kind of change, as `detail-type` has it. */
export const CHANGES: readonly string[] = EVERY_TYPE.values;

/** Every field that S3's events have. A new one of the type must be written here too, and so must a new value. */
const EVENT_FIELDS = {
  source: oneOf({ 'aws.s3': true }),
  'detail-type': EVERY_TYPE,
  detail: fields<S3BusEvent['detail']>({
    object: fields<S3BusEvent['detail']['object']>({
      key: TEXT,
      size: NUMBER,
      etag: TEXT,
      'version-id': TEXT,
      sequencer: TEXT,
      'has-object-annotation': { kind: 'boolean' },
    }),
    bucket: fields<S3BusEvent['detail']['bucket']>({ name: TEXT, 'aws-generated-tags': ANY }),
    reason: oneOf({
      PutObject: true,
      'POST Object': true,
      CopyObject: true,
      CompleteMultipartUpload: true,
      DeleteObject: true,
      'Lifecycle Expiration': true,
      PutObjectAnnotation: true,
      DeleteObjectAnnotation: true,
    } satisfies Readonly<Record<ReasonOf<S3BusEvent['detail']>, true>>),
    'deletion-type': oneOf({ 'Permanently Deleted': true, 'Delete Marker Created': true }),
    requester: TEXT,
    'source-ip-address': TEXT,
    'request-id': TEXT,
    'source-storage-class': TEXT,
    'destination-storage-class': TEXT,
    'destination-access-tier': TEXT,
    'restore-expiry-time': TEXT,
    'object-annotation': fields({ name: TEXT, size: NUMBER, etag: TEXT }),
    'object-retention-event-data': ANY,
    version: TEXT,
    'event-version': TEXT,
  }),
  account: TEXT,
  region: TEXT,
  time: TEXT,
  resources: TEXT,
  id: TEXT,
  'replay-name': TEXT,
  version: TEXT,
} satisfies Fields<S3BusEvent> & { readonly 'detail-type': TextOf<S3BusEvent['detail-type']> };

/** What may stand at the path; undefined where S3's events have no such field. */
export function fieldAt(path: readonly string[]): PatternField | undefined {
  let field: PatternField | undefined = { kind: 'fields', fields: EVENT_FIELDS };
  for (const name of path) {
    if (field?.kind !== 'fields' || !Object.hasOwn(field.fields, name)) return undefined;
    field = field.fields[name];
  }
  return field;
}

/** Names of every field of any member of the union. */
type NamesOf<Event> = Event extends unknown ? keyof Event : never;
type Fields<Event> = Readonly<Record<NamesOf<Event> & string, PatternField>>;
type ReasonOf<Detail> = Detail extends { readonly reason?: infer Reason extends string | undefined }
  ? NonNullable<Reason>
  : never;

interface TextOf<Value extends string> {
  readonly kind: 'text';
  readonly values: readonly Value[];
}

function oneOf<Value extends string>(values: Readonly<Record<Value, true>>): TextOf<Value> {
  return { kind: 'text', values: Object.keys(values) as Value[] };
}

function fields<Event>(fields: Fields<Event>) {
  return { kind: 'fields', fields } as const;
}

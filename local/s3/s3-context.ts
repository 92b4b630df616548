import type { Clock } from '../clock.ts';
import type { KmsKeys } from '../kms/kms-keys.ts';
import type { Store } from '../store.ts';
import type { BodyFolder } from './body-folder.ts';
import type { Buckets } from './bucket.ts';
import type { Destinations } from './destinations.ts';
import type { Objects } from './objects.ts';
import type { Sequence } from './sequence.ts';
import type { Uploads } from './uploads.ts';
import type { VersionRows } from './version-rows.ts';

/** What the operations work on. */
export interface S3Context {
  readonly store: Store;
  readonly clock: Clock;
  readonly folder: BodyFolder;
  readonly buckets: Buckets;
  readonly rows: VersionRows;
  readonly sequence: Sequence;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly destinations: Destinations;
  readonly keys: KmsKeys;
  readonly accountId: string;
  readonly region: string;
}

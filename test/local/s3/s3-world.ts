import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { RuntimeClock } from '../../../local/clock.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';
import type { BucketDescription, BucketPlan } from '../../../local/plan.ts';
import { THIS_MACHINE } from '../../../local/time/running-time.ts';
import { createS3, type S3 } from '../../../local/s3/s3.ts';
import { keepTime, readTime } from '../../../local/time/saved-clock.ts';
import { Store } from '../../../local/store.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** A bucket of which the template says nothing beside its name. */
const SILENT: BucketDescription = {
  encryption: 'AES256',
  hasBucketKey: false,
  ownership: 'BucketOwnerEnforced',
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  lifecycle: [],
  tags: [],
};

export const VERSIONED: BucketPlan = {
  name: 'versioned',
  versioned: true,
  eventBridge: true,
  lifecycleRules: [],
  described: SILENT,
};
export const PLAIN: BucketPlan = {
  name: 'plain',
  versioned: false,
  eventBridge: true,
  lifecycleRules: [],
  described: SILENT,
};

/** An event as it came to the bus. */
interface PublishedEvent {
  'detail-type': string;
  time: string;
  detail: {
    object: { key: string; size?: number; etag?: string; 'version-id'?: string; sequencer: string };
    reason: string;
    'deletion-type'?: string;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** One notification of a bucket. */
interface Notified {
  readonly arn: string;
  readonly bucket: string;
  readonly body: object | 's3:TestEvent';
}

/** S3 behind a gateway on a free port, over a data folder of its own. */
export interface S3World {
  readonly s3: S3;
  readonly clock: RuntimeClock;
  readonly store: Store;
  readonly dataDir: string;
  readonly port: number;
  readonly events: PublishedEvent[];
  /** What buckets sent to their own destinations. */
  readonly notified: Notified[];
  client(accessKeyId?: string, more?: S3ClientConfig): S3Client;
  /** Ends it and, with `keep`, leaves the folder for another world to open. */
  close(options?: { keep: boolean }): Promise<void>;
}

export async function startS3World(
  options: {
    buckets?: readonly BucketPlan[];
    dataDir?: string;
    principals?: Readonly<Record<string, Principal>>;
    /** The secret of the key `local`, by which every signature is verified. @default none is verified */
    secret?: string;
    publish?: (eventText: string) => void;
    /** Why a destination of notifications is refused, by its ARN. @default all are taken */
    refusals?: Readonly<Record<string, string>>;
    /** Destinations that fail in the transaction of the change. */
    failing?: readonly string[];
    /** How far the machine's clock is ahead: of a world that is opened so much later. */
    laterMs?: number;
  } = {},
): Promise<S3World> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-s3-')));
  const store = new Store(dataDir);
  const clock = new RuntimeClock({
    saved: readTime(store),
    keep: (beat) => keepTime(store, beat),
    source: { ...THIS_MACHINE, wallMs: () => Date.now() + (options.laterMs ?? 0) },
  });
  clock.beat();
  const events: PublishedEvent[] = [];
  const notified: Notified[] = [];
  const s3 = createS3({
    store,
    clock,
    region: REGION,
    accountId: ACCOUNT,
    publish: (text) => {
      options.publish?.(text);
      events.push(JSON.parse(text) as PublishedEvent);
    },
    destinations: {
      refusal: ({ arn }) => options.refusals?.[arn],
      deliver: ({ arn }, bucket, body) => {
        if (options.failing?.includes(arn) === true) throw new Error(`${arn} is full`);
        notified.push({ arn, bucket, body: JSON.parse(body) as object });
      },
      test: (destinations, bucket) =>
        void notified.push(
          ...destinations.map(({ arn }) => ({ arn, bucket, body: 's3:TestEvent' as const })),
        ),
    },
  });
  for (const bucket of options.buckets ?? [VERSIONED, PLAIN]) s3.provision(bucket);
  const gateway = new Gateway();
  gateway.serve({
    targets: {},
    services: { s3: s3.service },
    pages: s3.pages,
    principalOf: (accessKeyId) => options.principals?.[accessKeyId] ?? { kind: 'operator' },
    ...(options.secret !== undefined && {
      secretOf: (accessKeyId: string) => (accessKeyId === 'local' ? options.secret : undefined),
    }),
  });
  const port = await gateway.listen(0);
  const clients: S3Client[] = [];
  return {
    s3,
    clock,
    store,
    dataDir,
    port,
    events,
    notified,
    client: (accessKeyId = 'local', more = {}) => {
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: REGION,
        credentials: { accessKeyId, secretAccessKey: options.secret ?? 'local' },
        maxAttempts: 1,
        ...more,
      });
      clients.push(client);
      return client;
    },
    close: async ({ keep } = { keep: false }) => {
      for (const client of clients) client.destroy();
      await gateway.close();
      clock.beat();
      clock.stop();
      await s3.stop();
      store.close();
      if (!keep) await rm(dataDir, { recursive: true });
    },
  };
}

import type { Clock } from '../clock.ts';
import type { PageRules } from '../gateway/pages.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { KmsKeys } from '../kms/kms-keys.ts';
import { logError } from '../log.ts';
import type { BucketPlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { BodyFolder, type Sweep } from './body-folder.ts';
import { BodyRemovals } from './body-removals.ts';
import { Buckets } from './bucket.ts';
import { refuseCreateBucket } from './bucket-operations.ts';
import { DamagedBodyError } from './damaged-body-error.ts';
import { Exchange } from './exchange.ts';
import { parseTarget } from './keys.ts';
import { Lifecycle } from './lifecycle.ts';
import { Objects } from './objects.ts';
import { admitPage, warnOfOpenOrigins } from './page-access.ts';
import { BUCKET_ROUTES, OBJECT_ROUTES, routeOf, SERVICE_ROUTES } from './routes.ts';
import type { Destinations } from './destinations.ts';
import type { S3Context } from './s3-context.ts';
import { Sequence } from './sequence.ts';
import { tidyBodies } from './tidy.ts';
import { Uploads } from './uploads.ts';
import { VersionRows } from './version-rows.ts';

export interface S3Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** Puts an event on its way to the default bus. Called inside the transaction of what it tells of. */
  readonly publish: (eventText: string) => void;
  readonly destinations: Destinations;
  /** Whose use is asked of callers. @default those of AWS, which ask nobody */
  readonly keys?: KmsKeys;
}

export interface S3 {
  readonly service: Service;
  /** What a page of another origin may ask. */
  readonly pages: PageRules;
  /** Makes a bucket what the template says; its objects stay. May be repeated. */
  provision(bucket: BucketPlan): void;
  /** Sets aside the bodies that no object owns, and removes uploads that were cut off by a crash. Before the first request. */
  sweepOrphans(): Promise<Sweep>;
  /** Applies the lifecycle rules, and from now on every midnight of the clock until `stop`. After every bucket is provisioned. */
  startLifecycle(): void;
  /** Ends the lifecycle; resolves once every body that was deleted is off the disk. Before the store closes. */
  stop(): Promise<void>;
}

/** S3, as far as the pipeline, the command line and an ordinary client need it. */
export function createS3(options: S3Options): S3 {
  const { store, clock } = options;
  const folder = new BodyFolder(store.dataDir);
  const buckets = new Buckets(store, clock, options.destinations);
  const rows = new VersionRows(store);
  const sequence = new Sequence(store, clock);
  const removals = new BodyRemovals(store, folder);
  const objects = new Objects({ ...options, removals, rows, sequence });
  const uploads = new Uploads(store, clock, removals, sequence);
  const { keys = new KmsKeys(options) } = options;
  const context: S3Context = { ...options, keys, folder, buckets, rows, sequence, objects, uploads };
  const lifecycle = new Lifecycle(context);
  return {
    service: { handle: (request) => handle(context, request) },
    pages: { admit: (request) => admitPage(buckets, request) },
    provision: (bucket) => {
      warnOfOpenOrigins(bucket);
      buckets.provision(bucket);
    },
    sweepOrphans: () => tidyBodies(store, folder, removals),
    startLifecycle: () => lifecycle.start(),
    stop: () => {
      lifecycle.stop();
      return folder.settled();
    },
  };
}

async function handle(context: S3Context, request: ServiceRequest): Promise<void> {
  const exchange = new Exchange(request, context);
  try {
    await dispatch(context, exchange);
  } catch (error) {
    if (error instanceof DamagedBodyError) reportDamage(context, request, error);
    exchange.sendError(error);
  }
}

async function dispatch(context: S3Context, exchange: Exchange): Promise<void> {
  const { path, hostname, method } = exchange.request;
  const { bucket: name, key } = parseTarget(path, hostname);
  if (name === undefined) {
    await routeOf(SERVICE_ROUTES, exchange).run(context, exchange);
    return;
  }
  if (key === undefined) {
    if (method === 'PUT' && exchange.request.query.size === 0) refuseCreateBucket(context, name);
    const bucket = context.buckets.get(name);
    exchange.checkOwner('x-amz-expected-bucket-owner');
    await routeOf(BUCKET_ROUTES, exchange).run(context, exchange, bucket);
    return;
  }
  const bucket = context.buckets.get(name);
  exchange.checkOwner('x-amz-expected-bucket-owner');
  await routeOf(OBJECT_ROUTES, exchange).run(context, exchange, bucket, key);
}

function reportDamage(
  { store }: S3Context,
  { method, path, requestId }: ServiceRequest,
  error: DamagedBodyError,
): void {
  new Tally(store).add('damaged-bodies');
  const { path: file, message } = error;
  logError('the body of an object is damaged', { method, path, file, request_id: requestId, error: message });
}

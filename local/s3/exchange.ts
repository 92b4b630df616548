import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../protocols/aws-error.ts';
import type { ServiceRequest } from '../gateway.ts';
import { AccessDeniedError, authorize, isAllowed, sessionArn, type Asked } from '../iam.ts';
import type { Clock } from '../clock.ts';
import type { IncomingBody } from './body.ts';
import type { Bucket, Buckets } from './bucket.ts';
import { encryptionToKeep, keyUseOf } from './encryption.ts';
import { errorDocument, hostId } from './error-document.ts';
import type { Cause } from './event.ts';
import { readInputs, type RequestInputs } from './request-inputs.ts';
import { lockConditions } from './object-lock.ts';
import { internalMessage } from '../protocols/internal-error.ts';
import { logError } from '../log.ts';
import { S3Error } from './s3-error.ts';
import { requestConditions } from './request-conditions.ts';
import type { S3Context } from './s3-context.ts';
import { readTagHeader, type Tag } from './tags.ts';

type Headers = Readonly<Record<string, string | number>>;

/** What S3 does with the key of a new object. */
const ENCRYPT = ['kms:GenerateDataKey'];

/** An object, or an upload in parts, that is to be. */
interface NewObject {
  readonly bucket: Bucket;
  readonly key: string;
  /** What its maker needs of the key that encrypts it. @default to make a data key with it */
  readonly actions?: readonly string[];
}

/** What may lock a version: conditions may be about that. */
const LOCKING: ReadonlySet<string> = new Set([
  's3:PutObject',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
]);

type Asking = Pick<S3Context, 'accountId' | 'buckets' | 'clock'>;

/** One S3 request and its answer. */
export class Exchange {
  readonly request: ServiceRequest;
  readonly #accountId: string;
  readonly #buckets: Pick<Buckets, 'policyOf'>;
  readonly #clock: Pick<Clock, 'now'>;
  #inputs: RequestInputs | undefined;

  constructor(request: ServiceRequest, { accountId, buckets, clock }: Asking) {
    this.request = request;
    this.#accountId = accountId;
    this.#buckets = buckets;
    this.#clock = clock;
  }

  /** @throws S3Error when its headers contradict its URL */
  get inputs(): RequestInputs {
    this.#inputs ??= readInputs(this.request);
    return this.#inputs;
  }

  /** Those that were sent, and those that a presigned URL carries. */
  get headers(): IncomingHttpHeaders {
    return this.inputs.headers;
  }

  get body(): IncomingBody {
    const { incoming, chunkSeed } = this.request;
    return { stream: incoming, headers: this.headers, chunkSeed };
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === 'string' ? value : value?.[0];
  }

  query(name: string): string | undefined {
    return this.inputs.parameters.get(name) ?? undefined;
  }

  /**
   * @param said what conditions on a lock are held against. @default the request's headers
   * @throws AccessDeniedError unless the caller may do `s3:…` to the bucket, or to the object in it
   */
  authorize(action: string, bucket: string, key?: string, said?: IncomingHttpHeaders): void {
    authorize(this.request.principal, action, arn(bucket, key), this.#asked(action, bucket, said));
  }

  allows(action: string, bucket: string, key: string): boolean {
    return isAllowed(this.request.principal, action, arn(bucket, key), this.#asked(action, bucket));
  }

  #asked(action: string, bucket: string, said: IncomingHttpHeaders = this.headers): Asked {
    return {
      context: {
        ...requestConditions(action, this.request.method, this.inputs),
        ...(LOCKING.has(action) && lockConditions(said, this.#clock.now())),
      },
      policy: this.#buckets.policyOf(bucket),
    };
  }

  /** The tags that an object is to be made with, if its maker may give it any. */
  newTags(bucket: string, key: string): readonly Tag[] {
    const tags = readTagHeader(this.header('x-amz-tagging'));
    if (tags.length > 0) this.authorize('s3:PutObjectTagging', bucket, key);
    return tags;
  }

  /**
   * How AWS would encrypt an object that is put into the bucket, as the headers that are kept with it.
   *
   * @throws AccessDeniedError where the caller may not use the key
   */
  encryptionFor(
    { bucket, key, actions = ENCRYPT }: NewObject,
    { region, keys }: Pick<S3Context, 'region' | 'keys'>,
    headers: IncomingHttpHeaders = this.headers,
  ): Record<string, string> {
    const { described, name } = bucket;
    const kept = encryptionToKeep({ headers, described, region, accountId: this.#accountId });
    keys.authorize(this.request.principal, { ...keyUseOf(kept, name, key), actions });
    return kept;
  }

  /** For what concerns no bucket in particular. */
  authorizeAny(action: string): void {
    authorize(this.request.principal, action, '*');
  }

  /** A missing object, as S3 shows it: who may not list the bucket learns nothing about what is in it. */
  missing(error: S3Error, bucket: string, action: string, key: string): AwsError {
    const { principal } = this.request;
    const policy = this.#buckets.policyOf(bucket);
    if (isAllowed(principal, 's3:ListBucket', arn(bucket), { policy })) return error;
    return new AccessDeniedError(
      sessionArn(principal),
      `${action} (or s3:ListBucket, to be told that it is missing)`,
      arn(bucket, key),
    );
  }

  /** @throws S3Error `AccessDenied` when the client names another owner than ours (`x-amz-expected-bucket-owner`) */
  checkOwner(header: string): void {
    const expected = this.header(header);
    if (expected === undefined || expected === this.#accountId) return;
    if (!/^\d{12}$/.test(expected)) {
      throw new S3Error(
        'InvalidBucketOwnerAWSAccountID',
        `The value of the expected bucket owner parameter must be an AWS Account ID, which has 12 digits: ${JSON.stringify(expected)}`,
      );
    }
    throw new S3Error(
      'AccessDenied',
      `the bucket belongs to ${this.#accountId}, not to ${JSON.stringify(expected)}`,
    );
  }

  cause(): Cause {
    const { requestId, principal, incoming } = this.request;
    const address = incoming.socket.remoteAddress;
    return {
      requestId,
      requester: principal.kind === 'role' ? principal.accountId : this.#accountId,
      ...(address !== undefined && { sourceIp: address.replace(/^::ffff:/, '') }),
    };
  }

  send(status: number, headers: Headers = {}): void {
    this.head(status, { ...(status === 200 && { 'content-length': 0 }), ...headers });
    this.request.response.end();
  }

  sendXml(body: string, headers: Headers = {}): void {
    const bytes = Buffer.from(body);
    this.head(200, { 'content-type': 'application/xml', 'content-length': bytes.length, ...headers });
    this.request.response.end(bytes);
  }

  head(status: number, headers: Headers): void {
    const { response, requestId } = this.request;
    response.writeHead(status, {
      'x-amz-request-id': requestId,
      'x-amz-id-2': hostId(requestId),
      ...headers,
    });
  }

  sendError(error: unknown): void {
    const { response, incoming, method, requestId, path } = this.request;
    // what is left of the body is read over, or the client would wait to send it, and never read the refusal
    incoming.resume();
    // the client is gone: there is nobody to tell
    if (response.destroyed || incoming.errored !== null) {
      response.destroy();
      return;
    }
    if (!(error instanceof AwsError)) {
      logError('S3 request failed', { request_id: requestId, method, path, error });
    }
    // half a body has gone out: only a broken connection can say that it is not whole
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const answered =
      error instanceof AwsError
        ? error
        : new AwsError('InternalError', `We encountered an internal error: ${internalMessage(error)}`, 500);
    const { status } = answered;
    const headers = error instanceof S3Error ? error.headers : {};
    const bodiless = method === 'HEAD' || status === 304;
    const body = Buffer.from(errorDocument(answered, { path, requestId }));
    this.head(status, {
      ...(!bodiless && { 'content-type': 'application/xml', 'content-length': body.length }),
      ...headers,
    });
    response.end(bodiless ? undefined : body);
  }
}

function arn(bucket: string, key?: string): string {
  return `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
}

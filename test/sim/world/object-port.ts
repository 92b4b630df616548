import { Readable } from 'node:stream';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Chance } from '../chance.ts';
import type { Injector } from '../injector.ts';
import type { ObjectBody } from '../history/bodies.ts';
import type { BucketModel, Found } from '../history/bucket-model.ts';
import type { Ledger } from '../checks/ledger.ts';
import { underWay } from './invocation.ts';
import type { SdkCall } from './sdk-port.ts';
import type { CallFault, ServiceCalls } from './service-calls.ts';

const failure = (name: string, status: number) => (): Error => s3Error(name, status);

const READ_FAULTS: readonly CallFault[] = [{ fault: 's3-slow-down', error: failure('SlowDown', 503) }];

const WRITE_FAULTS: readonly CallFault[] = [
  { fault: 'ledger-503', error: failure('SlowDown', 503) },
  { fault: 'ledger-applied-then-reset', error: failure('ECONNRESET', 0), isApplied: true },
  { fault: 'ledger-conflict', error: failure('ConditionalRequestConflict', 409), isFinal: true },
];

const STATUS = {
  NoSuchKey: 404,
  NoSuchVersion: 404,
  MethodNotAllowed: 405,
  PreconditionFailed: 412,
} as const;

/** S3 in memory: the ingest bucket by its model, the output bucket as the set of objects that were put into it. */
export class ObjectPort {
  readonly #calls: ServiceCalls;
  readonly #injector: Injector;
  readonly #chance: Chance;
  readonly #bucket: BucketModel;
  readonly #ledger: Ledger;
  /** What reads of a version have found, by `key, version or ETag`: a row may say no other. */
  readonly found = new Map<string, Set<'body' | 'gone'>>();

  constructor(ground: {
    calls: ServiceCalls;
    injector: Injector;
    chance: Chance;
    bucket: BucketModel;
    ledger: Ledger;
  }) {
    this.#calls = ground.calls;
    this.#injector = ground.injector;
    this.#chance = ground.chance;
    this.#bucket = ground.bucket;
    this.#ledger = ground.ledger;
  }

  async answer({ name, input }: SdkCall, signal: AbortSignal | undefined): Promise<unknown> {
    const key = String(input['Key']);
    if (name === 'PutObjectCommand') {
      return await this.#calls.make({
        service: 's3',
        about: `${name} ${key}`,
        faults: WRITE_FAULTS,
        apply: () => this.#put(key, String(input['Body'])),
        signal,
      });
    }
    const versionId = input['VersionId'] as string | undefined;
    const etag = (input['IfMatch'] as string | undefined)?.replaceAll('"', '');
    const about = `${name} ${key} ${versionId ?? etag ?? ''}`;
    const apply = (): object => this.#get(key, versionId, etag, about);
    return await this.#calls.make({ service: 's3', about, faults: READ_FAULTS, apply, signal });
  }

  #put(key: string, body: string): object {
    if (!this.#ledger.put(key, body)) throw s3Error('PreconditionFailed', 412);
    return {};
  }

  #get(key: string, versionId: string | undefined, etag: string | undefined, about: string): object {
    const found = this.#bucket.read(key, versionId, etag);
    this.#note(key, versionId ?? etag ?? '', found);
    if (typeof found === 'string') throw s3Error(found, STATUS[found]);
    const body = this.#bodyOf(found, about);
    return { Body: body, ContentLength: found.bytes.length, Metadata: {}, ContentType: 'text/csv' };
  }

  #note(key: string, which: string, found: Found): void {
    const name = `${key}\n${which}`;
    const seen = this.found.get(name) ?? new Set();
    this.found.set(name, seen.add(typeof found === 'string' ? 'gone' : 'body'));
    const current = this.#bucket.current(key);
    if (current === undefined) this.#injector.count('deleted-before-read');
    else if (which !== current.versionId && which !== current.etag) {
      this.#injector.count('overwritten-before-read');
    }
  }

  #bodyOf({ bytes }: ObjectBody, about: string): Readable {
    const question = `${underWay.getStore()?.consumer}|${about}`;
    const struck =
      bytes.length === 0 ? undefined : this.#injector.first(['body-reset', 'body-truncated'], question);
    if (struck === undefined) return Readable.from([...pieces(bytes, this.#chance, about)]);
    const cut = bytes.subarray(0, this.#chance.below(`cut|${question}`, bytes.length));
    return Readable.from(struck === 'body-reset' ? thenReset(cut) : [cut]);
  }
}

async function* thenReset(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
  throw Object.assign(new Error('aborted (injected)'), { code: 'ECONNRESET' });
}

/** The body as the network cuts it. */
function* pieces(bytes: Buffer, chance: Chance, about: string): Generator<Buffer> {
  const at = bytes.length < 2 ? 0 : chance.below(`pieces|${about}`, bytes.length);
  if (at > 0) yield bytes.subarray(0, at);
  if (at < bytes.length) yield bytes.subarray(at);
}

function s3Error(name: string, httpStatusCode: number): S3ServiceException {
  return new S3ServiceException({
    name,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: httpStatusCode === 0 ? {} : { httpStatusCode },
    message: name,
  });
}

import { S3Client } from '@aws-sdk/client-s3';
import { countObject } from '../../../functions/csv-row-counter/count-object.ts';
import type { RowAttributes } from '../../../functions/rows/write-row.ts';
import { busEvent, eventOf } from '../../support/object-events.ts';
import { FakeS3 } from '../objects/fake-s3.ts';

/** What the uploader said of the bytes. */
export interface ToldOfBytes {
  /** @default csv/object.csv */
  readonly key?: string | undefined;
  readonly contentEncoding?: string | undefined;
  /** User metadata, without the prefix `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** The counter's core over HTTP, without its table: bytes in, what the row says of them out. */
export class BytesCounter implements Disposable {
  readonly #s3: FakeS3;
  readonly #client: S3Client;
  #versions = 0;

  private constructor(endpoint: string, s3: FakeS3) {
    this.#s3 = s3;
    this.#client = new S3Client({
      endpoint,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
  }

  static async start(): Promise<BytesCounter> {
    const s3 = new FakeS3();
    return new BytesCounter(await s3.start(), s3);
  }

  async count(bytes: Uint8Array, told: ToldOfBytes = {}): Promise<RowAttributes> {
    const { key = 'csv/object.csv', contentEncoding, metadata = {} } = told;
    this.#versions++;
    const versionId = `v${this.#versions}`;
    const headers = {
      ...(contentEncoding !== undefined && { 'Content-Encoding': contentEncoding }),
      ...Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const),
      ),
    };
    this.#s3.put(key, { body: bytes, versionId, headers });
    const event = eventOf(busEvent({ key, versionId, size: bytes.length }));
    return await countObject(event, {
      s3: this.#client,
      delimiter: ',',
      signal: new AbortController().signal,
      availableMs: 600_000,
    });
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
    this.#s3.stop();
  }
}

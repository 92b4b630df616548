import type { Transform } from 'node:stream';
import type { ByteSource } from './byte-source.ts';

/** One of Node's decompressors. */
export interface Decoder extends Transform {
  /** Bytes that it has used of those written to it. */
  readonly bytesWritten: number;
}

/** What a decompressor refused, and where. */
export class DecodingError extends Error {
  /** Node's code, such as `Z_DATA_ERROR`. */
  readonly code: string;
  /** The bytes that it was given last, from the first to behind the last: the fault is in them, or in what they go on with. */
  readonly from: number;
  readonly to: number;

  constructor(cause: Error, from: number, to: number) {
    super(cause.message, { cause });
    this.name = 'DecodingError';
    this.code = (cause as NodeJS.ErrnoException).code ?? '';
    this.from = from;
    this.to = to;
  }

  /** The bytes ended before the stream did. */
  get isCut(): boolean {
    return this.code === 'Z_BUF_ERROR';
  }
}

/**
 * What the decoder makes of the source, up to the end of its stream: the source then stands behind its last byte. The
 * decoder is given one chunk at a time, so that what it leaves of a chunk is known, and nothing goes on while the reader
 * is away.
 *
 * @throws DecodingError on what the decoder refuses; whatever the source throws.
 */
export async function* decodeStream(decoder: Decoder, source: ByteSource): AsyncGenerator<Buffer> {
  // After the one that is thrown, an error has no one to go to.
  decoder.on('error', () => {});
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      const { bytesWritten } = decoder;
      const given = chunk;
      try {
        yield* outputOf(decoder, (done) => decoder.write(given, done));
      } catch (error) {
        source.giveBack(chunk);
        throw new DecodingError(error as Error, source.position, source.position + chunk.length);
      }
      const used = decoder.bytesWritten - bytesWritten;
      if (used < chunk.length) {
        // Node's decoders take all that they are given, unless their stream is over.
        source.giveBack(chunk.subarray(used));
        return;
      }
    }
    try {
      // Not the callback of `end`: it may be called before the decoder finds that its stream is not over.
      yield* outputOf(decoder, (done) => decoder.once('end', done).end());
    } catch (error) {
      throw new DecodingError(error as Error, source.position, source.position);
    }
  } finally {
    decoder.destroy();
  }
}

/** What comes out of the decoder until it has done what it was told. */
async function* outputOf(
  decoder: Decoder,
  tell: (done: (error?: Error | null) => void) => void,
): AsyncGenerator<Buffer> {
  let failed: Error | undefined;
  let isDone = false;
  let changed = Promise.withResolvers<void>();
  const onChange = (): void => changed.resolve();
  const onEnd = (error?: Error | null): void => {
    failed ??= error ?? undefined;
    isDone = true;
    changed.resolve();
  };
  decoder.on('readable', onChange);
  decoder.on('error', onEnd);
  try {
    tell(onEnd);
    for (;;) {
      // Before reading: what comes meanwhile must not be missed.
      changed = Promise.withResolvers();
      const output = decoder.read() as Buffer | null;
      if (output !== null) {
        yield output;
      } else if (failed !== undefined) {
        throw failed;
      } else if (isDone) {
        return;
      } else {
        await changed.promise;
      }
    }
  } finally {
    decoder.off('readable', onChange);
    decoder.off('error', onEnd);
  }
}

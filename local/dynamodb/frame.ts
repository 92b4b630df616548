const LENGTH_BYTES = 4;
const HEAD_BYTES = 2 * LENGTH_BYTES;

/** A request to the table store, or its answer: what HTTP has in its headers, and the bytes. */
export interface Frame<Head> {
  readonly head: Head;
  readonly body: Buffer;
}

/**
 * The bytes of a frame: the length of all that follows and that of the head, of four bytes each; the head as JSON; the body.
 *
 *     00 00 00 1a  00 00 00 14  {"x-amz-target":"…"}  {}
 */
export function toFrame(head: object, body: Buffer): Buffer {
  const text = JSON.stringify(head);
  const headBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEAD_BYTES + headBytes + body.length);
  frame.writeUInt32BE(LENGTH_BYTES + headBytes + body.length, 0);
  frame.writeUInt32BE(headBytes, LENGTH_BYTES);
  frame.write(text, HEAD_BYTES);
  body.copy(frame, HEAD_BYTES + headBytes);
  return frame;
}

/** Puts frames together again, however their bytes come. */
export class FrameReader<Head> {
  readonly #onFrame: (frame: Frame<Head>) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Length of the next frame, once its first four bytes are there. */
  #frameBytes = LENGTH_BYTES;

  constructor(onFrame: (frame: Frame<Head>) => void) {
    this.#onFrame = onFrame;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    while (this.#bytes >= this.#frameBytes) {
      const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
      if (this.#frameBytes === LENGTH_BYTES) {
        this.#pieces = [all];
        this.#frameBytes += all.readUInt32BE(0);
        continue;
      }
      const bodyAt = HEAD_BYTES + all.readUInt32BE(LENGTH_BYTES);
      const head = JSON.parse(all.toString('utf8', HEAD_BYTES, bodyAt)) as Head;
      const body = all.subarray(bodyAt, this.#frameBytes);
      const rest = all.subarray(this.#frameBytes);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#bytes = rest.length;
      this.#frameBytes = LENGTH_BYTES;
      this.#onFrame({ head, body });
    }
  }
}

import { isAscii, isUtf8 } from 'node:buffer';

const MARK = Buffer.from('\u{feff}');

/** What is odd about a text in UTF-8, found as it passes, exact wherever it is cut; ASCII costs next to nothing. */
export class TextNotes {
  #isUtf8 = true;
  #nulBytes = 0;
  #hasMark = false;
  /** The beginning of a character, or of a byte order mark, that the last chunk cut. */
  #cut = Buffer.alloc(0);
  /** The last two bytes, in which a mark may begin. */
  #lastBytes = Buffer.alloc(0);

  get isUtf8(): boolean {
    return this.#isUtf8;
  }

  get nulBytes(): number {
    return this.#nulBytes;
  }

  get hasByteOrderMark(): boolean {
    return this.#hasMark;
  }

  add(chunk: Buffer): void {
    this.#nulBytes += zerosIn(chunk);
    const isPlain = isAscii(chunk);
    if (!this.#hasMark) {
      this.#hasMark = this.#seesMark(chunk, isPlain);
    }
    if (this.#isUtf8 && !(isPlain && this.#cut.length === 0)) {
      this.#check(chunk);
    }
  }

  /** Says that there is no more: a character that is still cut is none. */
  end(): void {
    if (this.#cut.length > 0) this.#isUtf8 = false;
  }

  #seesMark(chunk: Buffer, isPlain: boolean): boolean {
    const before = this.#lastBytes;
    const border = Buffer.concat([before, chunk.subarray(0, MARK.length - 1)]);
    this.#lastBytes = chunk.length >= 2 ? Buffer.from(chunk.subarray(-2)) : Buffer.from(border.subarray(-2));
    return border.includes(MARK) || (!isPlain && chunk.includes(MARK));
  }

  #check(chunk: Buffer): void {
    let from = 0;
    if (this.#cut.length > 0) {
      from = bytesOfCharacter(this.#cut[0] ?? 0) - this.#cut.length;
      const stitched = Buffer.concat([this.#cut, chunk.subarray(0, from)]);
      if (chunk.length < from) {
        this.#cut = stitched;
        return;
      }
      this.#cut = Buffer.alloc(0);
      if (!isUtf8(stitched)) {
        this.#isUtf8 = false;
        return;
      }
    }
    const end = chunk.length - cutBytes(chunk.subarray(from));
    this.#isUtf8 = isUtf8(chunk.subarray(from, end));
    this.#cut = Buffer.from(chunk.subarray(end));
  }
}

/** How many zero bytes there are. Up to the first one it is a search, and then a loop: a search for each would take for ever. */
function zerosIn(chunk: Buffer): number {
  const first = chunk.indexOf(0);
  if (first < 0) return 0;
  let zeros = 0;
  for (let at = first; at < chunk.length; at++) {
    if (chunk[at] === 0) zeros++;
  }
  return zeros;
}

/** Bytes at the end that begin a character and do not finish it. */
function cutBytes(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return bytesOfCharacter(byte) > back ? back : 0;
  }
  return 0;
}

/** By its first byte; what cannot be a first byte is left for the check to refuse. */
function bytesOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

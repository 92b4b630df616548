import { S3Error } from './s3-error.ts';

/** The most that everything but the file may take. */
const LARGEST_FIELDS_BYTES = 20 * 1_024;

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** One field of a form. Its bytes come next in the stream: read them before the next part. */
export interface FormPart {
  /** As sent. */
  readonly name: string;
  /** Without folders: `report.csv` of `C:\files\report.csv`. Empty when it has none. */
  readonly fileName: string;
}

/**
 * Reads `multipart/form-data` part by part, in constant memory and one pass.
 *
 * It is pulled like every body here, so that a refused one can still be read over and its client reads the refusal;
 * the parsers on npm push (events, whose errors end the process where nobody listens), and a pump between the two
 * would be longer than this.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7578
 */
export class MultipartForm {
  readonly #source: AsyncIterator<Buffer>;
  readonly #delimiter: Buffer;
  // the first boundary may begin the body, every other one begins a line
  #buffer: Buffer = CRLF;
  #fieldsBytes = 0;
  #inContent = true;

  /** @throws S3Error `MalformedPOSTRequest` when the content type names no boundary */
  constructor(source: AsyncIterable<Buffer>, contentType: string) {
    const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined) throw malformed(`${JSON.stringify(contentType)} names no boundary`);
    this.#source = source[Symbol.asyncIterator]();
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /**
   * The next part; what is left of the one before is passed over.
   *
   * @returns undefined at the form's own end
   * @throws S3Error `MalformedPOSTRequest` when the body ends before it, `MaxPostPreDataLengthExceeded`
   */
  async next(): Promise<FormPart | undefined> {
    if (this.#inContent) for await (const data of this.content()) this.#count(data.length);
    while (this.#buffer.length < 2) await this.#more();
    if (this.#buffer.subarray(0, 2).toString() === '--') return undefined;
    const end = await this.#find(END_OF_HEADERS);
    const head = this.#buffer.subarray(0, end).toString('utf8');
    this.#count(end);
    this.#buffer = this.#buffer.subarray(end + END_OF_HEADERS.length);
    this.#inContent = true;
    return partOf(head);
  }

  /** Lets go of the stream, so that what is left of it can be read over. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** The bytes of the part that `next` has returned. */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(this.#delimiter);
      if (at !== -1) {
        const last = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + this.#delimiter.length);
        this.#inContent = false;
        if (last.length > 0) yield last;
        return;
      }
      // a delimiter may lie across two pieces
      const sure = this.#buffer.length - this.#delimiter.length + 1;
      if (sure > 0) {
        const data = this.#buffer.subarray(0, sure);
        this.#buffer = this.#buffer.subarray(sure);
        yield data;
      }
      await this.#more();
    }
  }

  /** The part that `next` has returned, as text. */
  async text(): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const data of this.content()) {
      this.#count(data.length);
      pieces.push(data);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async #find(text: Buffer): Promise<number> {
    for (;;) {
      const at = this.#buffer.indexOf(text);
      if (at !== -1) return at;
      if (this.#buffer.length > LARGEST_FIELDS_BYTES) throw tooLarge();
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#source.next();
    if (done === true) throw malformed('it ends before its last boundary');
    this.#buffer = Buffer.concat([this.#buffer, value]);
  }

  #count(bytes: number): void {
    this.#fieldsBytes += bytes;
    if (this.#fieldsBytes > LARGEST_FIELDS_BYTES) throw tooLarge();
  }
}

function partOf(head: string): FormPart {
  const [, disposition] = /^content-disposition:([^\r\n]*)/im.exec(head) ?? [];
  const parameter = (name: string) => {
    const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(
      disposition ?? '',
    );
    return found?.[1]?.replaceAll('\\"', '"') ?? found?.[2];
  };
  const name = parameter('name');
  if (name === undefined) throw malformed(`a part has no name: ${JSON.stringify(head)}`);
  return { name, fileName: /[^/\\]*$/.exec(parameter('filename') ?? '')![0] };
}

function malformed(why: string): S3Error {
  return new S3Error(
    'MalformedPOSTRequest',
    `The body of your POST request is not well-formed multipart/form-data: ${why}`,
  );
}

function tooLarge(): S3Error {
  return new S3Error(
    'MaxPostPreDataLengthExceeded',
    `Your POST request fields preceding the upload file were too large: at most ${LARGEST_FIELDS_BYTES} bytes`,
  );
}

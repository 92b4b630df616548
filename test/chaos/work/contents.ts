import { createHash } from 'node:crypto';
import { readWithCsvParse } from '../../functions/csv-row-counter/oracles.ts';
import type { Random } from '../../support/random.ts';

const FIELDS = [
  '1',
  'two words',
  '"quoted, with a comma"',
  '"over\ntwo lines"',
  '"a ""quote"" inside"',
  'ü',
  '',
];

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();

/** Random CSVs, and how many rows each has: by csv-parse, and found by the ETag that S3 gives it. */
export class Contents {
  readonly #rows = new Map<string, number>();
  readonly #random: Random;
  #made = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A CSV that no other is equal to. */
  make(): Buffer {
    // one in twenty has bytes enough to come in several pieces
    const length = this.#random(this.#random(20) === 0 ? 8_000 : 12);
    const lines = Array.from({ length }, () =>
      Array.from({ length: 3 }, () => FIELDS[this.#random(FIELDS.length)]).join(','),
    );
    this.#made++;
    const body = Buffer.from(
      ['a,b,c', `${this.#made},x,y`, ...lines].join('\n') + (this.#made % 2 ? '\n' : ''),
    );
    const rows = readWithCsvParse(body)?.rows;
    if (rows === undefined) throw new Error(`csv-parse cannot read ${JSON.stringify(body.toString())}`);
    this.#rows.set(md5(body).toString('hex'), rows);
    // uploaded in one part
    this.#rows.set(`${md5(md5(body)).toString('hex')}-1`, rows);
    return body;
  }

  /** @param etag without quotation marks */
  rowsOf(etag: string): number | undefined {
    return this.#rows.get(etag);
  }
}

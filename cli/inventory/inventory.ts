import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, usageError } from '../cli-error.ts';
import type { CurrentObject, CurrentObjectsOptions } from '../objects/current-objects.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { fetchInventory, type FetchedInventory } from './inventory-files.ts';
import { FIELDS, type Manifest } from './manifest.ts';

/** What DuckDB may take of the memory; what it sorts beyond goes to the disk. */
const MEMORY = '1GB';

/** An S3 Inventory in place of a listing: what each key of the bucket held when it was made. */
export class Inventory implements AsyncDisposable {
  readonly location: string;
  readonly createdAt: Date;
  readonly #fetched: FetchedInventory;
  readonly #folder: string;
  readonly #remove: () => Promise<void>;

  private constructor(
    location: string,
    fetched: FetchedInventory,
    folder: string,
    remove: () => Promise<void>,
  ) {
    this.location = location;
    this.createdAt = fetched.manifest.createdAt;
    this.#fetched = fetched;
    this.#folder = folder;
    this.#remove = remove;
  }

  /** @param location of its manifest.json @throws CliError when it is of another bucket, damaged, or cannot be read here */
  static async open(
    { s3, ingestBucket }: Pick<Pipeline, 's3' | 'ingestBucket'>,
    location: string,
  ): Promise<Inventory> {
    await loadDuckDb();
    const folder = await mkdtempDisposable(join(tmpdir(), 'sluice-inventory-'));
    try {
      const fetched = await fetchInventory(s3, location, folder.path);
      const { sourceBucket } = fetched.manifest;
      if (sourceBucket !== ingestBucket) {
        throw usageError(
          `the inventory of ${location} is of the bucket ${sourceBucket}, and the pipeline’s is ${ingestBucket}`,
          'name an inventory of that bucket, or another pipeline with --stack',
        );
      }
      return new Inventory(location, fetched, folder.path, () => folder.remove());
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** For a document. */
  get told() {
    return { manifest: this.location, createdAt: this.createdAt.toISOString() };
  }

  /** ` of the inventory of 2026-11-26T01:00:00.000Z` */
  get words(): string {
    return ` of the inventory of ${this.createdAt.toISOString()}`;
  }

  /** What every key holds, delete markers too, in the order of the keys' UTF-8 bytes: as a listing would give it. */
  async *objects({ prefix = '', after }: CurrentObjectsOptions = {}): AsyncGenerator<CurrentObject> {
    if (this.#fetched.files.length === 0) return;
    const { DuckDBInstance } = await loadDuckDb();
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: MEMORY,
      temp_directory: this.#folder,
    });
    const connection = await instance.connect();
    try {
      const rows = await connection.stream(queryOf(this.#fetched), { prefix, after: after ?? '' });
      let last: string | undefined;
      for await (const chunk of rows.yieldRowObjectJson()) {
        for (const row of chunk) {
          const object = objectOf(row as unknown as Row);
          // the newest comes first, where an inventory that was written meanwhile has two
          if (object.key !== last) yield object;
          last = object.key;
        }
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remove();
  }
}

interface Row {
  readonly key: string;
  readonly version: string | null;
  readonly marker: boolean;
  readonly size: string | null;
  readonly modified: string;
  readonly etag: string | null;
}

const objectOf = ({ key, version, marker, size, modified, etag }: Row): CurrentObject => ({
  key,
  // of an object that was there before the bucket had versions
  versionId: version === null || version === '' ? 'null' : version,
  isDeleteMarker: marker,
  ...(!marker && size !== null && { size: Number(size) }),
  ...(!marker && etag !== null && { etag }),
  lastModified: new Date(Number(modified)).toISOString(),
});

/** DuckDB orders texts by their UTF-8 bytes. */
function queryOf({ manifest, files }: FetchedInventory): string {
  const { source, column } = readerOf(manifest, files);
  return `
    SELECT * FROM (
      SELECT ${column.Key} AS key, ${column.VersionId} AS version, coalesce(${column.IsDeleteMarker}, false) AS marker,
        ${column.Size} AS size, epoch_ms(${column.LastModifiedDate}) AS modified, ${column.ETag} AS etag
      FROM ${source} WHERE coalesce(${column.IsLatest}, true))
    WHERE starts_with(key, $prefix) AND key > $after
    ORDER BY key, modified DESC`;
}

function readerOf({ format, columns }: Manifest, files: readonly string[]) {
  const list = `[${files.map(quoted).join(', ')}]`;
  if (format === 'Parquet') return { source: `read_parquet(${list})`, column: FIELDS };
  const types = columns.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  return {
    source: `read_csv(${list}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${types}})`,
    column: {
      // a CSV has keys encoded as in a URL
      Key: `url_decode(replace("Key", '+', '%20'))`,
      VersionId: '"VersionId"',
      IsLatest: `nullif("IsLatest", '')::BOOLEAN`,
      IsDeleteMarker: `nullif("IsDeleteMarker", '')::BOOLEAN`,
      Size: `nullif("Size", '')`,
      LastModifiedDate: '"LastModifiedDate"::TIMESTAMP',
      ETag: `nullif("ETag", '')`,
    },
  };
}

/** A text in SQL. */
const quoted = (text: string): string => `'${text.split("'").join("''")}'`;

const DUCKDB = '@duckdb/node-api';

/** @throws CliError where it is not there: it is large, and nothing else needs it */
async function loadDuckDb() {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // the package itself, and nothing that it wants in its turn
    const isAbsent = code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${DUCKDB}'`);
    const why = isAbsent
      ? 'is not installed'
      : `is installed and does not load: ${message.split('\n', 1)[0]}`;
    throw new CliError(`an inventory is read with DuckDB, which ${why}`, {
      nextStep:
        `npm install --save-dev ${DUCKDB}@1.5.5-r.5 ${isAbsent ? '(70 MB)' : '--include=optional, on this platform'}, then the same again; ` +
        'without --inventory the bucket is listed',
      cause,
    });
  }
}

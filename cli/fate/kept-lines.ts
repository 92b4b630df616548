import { GetObjectCommand, paginateListObjectsV2, type _Object } from '@aws-sdk/client-s3';
import { decodeKey } from '../objects/listing.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { AskedVersion, Evidence } from './asked-version.ts';

/** So many objects of the event's hour are read before it is given up. */
const MOST_OBJECTS = 200;
// the event's time can differ from the object's by as much
const SKEW_MS = 5_000;
const HOUR_MS = 3_600_000;

/** The line about a version: lines are partitioned by the hour of their event, and their object is written soon after. */
export async function lineEvidence(
  { s3, outputBucket }: Pick<Pipeline, 's3' | 'outputBucket'>,
  prefix: string,
  { key, version }: AskedVersion,
): Promise<Evidence> {
  const atMs = Date.parse(version.lastModified);
  const hours = new Set([atMs - SKEW_MS, atMs + SKEW_MS].map((ms) => Math.floor(ms / HOUR_MS)));
  let looked = 0;
  let broken: string | undefined;
  for (const hour of hours) {
    const [date, time] = new Date(hour * HOUR_MS).toISOString().split(/[T:]/);
    const pages = paginateListObjectsV2(
      { client: s3 },
      { Bucket: outputBucket, Prefix: `${prefix}dt=${date}/hour=${time}/`, EncodingType: 'url' },
    );
    for await (const { Contents = [] } of pages) {
      // as a rule it is in one of the first that were written after it
      const candidates = Contents.filter((object) => writtenAt(object) >= atMs - SKEW_MS).toSorted(
        (left, right) => writtenAt(left) - writtenAt(right),
      );
      for (const { Key: encoded = '' } of candidates) {
        if (looked >= MOST_OBJECTS) {
          return { shows: 'nothing', caveat: `only ${MOST_OBJECTS} objects under ${prefix} were read` };
        }
        looked++;
        const Key = decodeKey(encoded);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key }));
        for (const { line, number } of linesNaming(key, (await Body?.transformToString()) ?? '')) {
          if (line === undefined) broken ??= `line ${number} of ${Key} cannot be read as JSON`;
          else if (isOf(line, key, version)) {
            return { shows: 'this', stored: { ...line, ledger_object: Key } };
          }
        }
      }
    }
  }
  return { shows: 'nothing', ...(broken !== undefined && { caveat: broken }) };
}

const writtenAt = ({ LastModified }: _Object): number => LastModified?.getTime() ?? Infinity;

/** Lines that may name the key, with their number in the text, from 1; undefined what is no JSON. */
function linesNaming(
  key: string,
  text: string,
): readonly { readonly line: Record<string, unknown> | undefined; readonly number: number }[] {
  const quoted = JSON.stringify(key);
  return (
    text
      .split('\n')
      .map((line, index) => ({ line, number: index + 1 }))
      // most lines are of other keys, and need no parsing; one that escapes may spell the key in another way
      .filter(({ line }) => line.includes(quoted) || line.includes('\\'))
      .map(({ line, number }) => ({ line: parsed(line), number }))
  );
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const isOf = (line: Record<string, unknown>, key: string, { versionId, etag }: ObjectVersion): boolean =>
  line['object_key'] === key &&
  (line['version_id'] === undefined ? line['etag'] === etag : line['version_id'] === versionId);

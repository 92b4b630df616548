import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { keptPlaces } from '../../shared/keeps.ts';
import { decodeKey } from '../objects/listing.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { AskedVersion, Evidence } from './asked-version.ts';

/** An object of the output bucket that is kept of an upload. */
interface KeptObject {
  readonly key: string;
  readonly lastModified: string;
}

/** More of one upload are not listed. */
const MOST_OBJECTS = 10;

/**
 * What is kept of a key: at `<prefix>KEY`, or at names that go on from there with `.` or `/`. Of the current version it is
 * when it was written since; finding none proves nothing, since not every upload need leave an object.
 */
export async function objectEvidence(
  pipeline: Pipeline,
  prefix: string,
  { key, version }: AskedVersion,
): Promise<Evidence> {
  const places = keptPlaces(prefix, key);
  const [exact = [], ...further] = await Promise.all(places.map((place) => listed(pipeline, place)));
  const kept = [...exact.filter((one) => one.key === places[0]), ...further.flat()].slice(0, MOST_OBJECTS);
  const stored = { objects: kept };
  if (kept.length === 0) {
    return { shows: 'nothing', caveat: `not every upload leaves an object under ${prefix}` };
  }
  // S3 tells whole seconds in listings
  const since = version.lastModified.slice(0, 19);
  if (version.isLatest && kept.some(({ lastModified }) => lastModified.slice(0, 19) >= since)) {
    return { shows: 'this', stored };
  }
  return { shows: 'nothing', stored, caveat: `what is under ${prefix} may be of another version` };
}

async function listed({ s3, outputBucket }: Pipeline, prefix: string): Promise<readonly KeptObject[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({
      Bucket: outputBucket,
      Prefix: prefix,
      MaxKeys: MOST_OBJECTS,
      EncodingType: 'url',
    }),
  );
  return Contents.map(({ Key = '', LastModified }) => ({
    key: decodeKey(Key),
    lastModified: (LastModified ?? new Date(0)).toISOString(),
  }));
}

import { Inventory } from '../../cli/inventory/inventory.ts';
import type { CurrentObject } from '../../cli/objects/current-objects.ts';
import { versionsOf } from '../../cli/objects/object-versions.ts';
import { differs, notLookedAt, type Check } from './belief.ts';

/** So many lines of each kind are compared. */
const SAMPLE = 20;

/** Kinds of lines that may each be written in a way of its own; a line is of the first that it fits. */
const KINDS: readonly (readonly [kind: string, isOf: (line: CurrentObject) => boolean])[] = [
  ['delete markers', ({ isDeleteMarker }) => isDeleteMarker],
  ['versions from before versioning', ({ versionId }) => versionId === 'null'],
  ['keys with signs that a URL encodes', ({ key }) => /[^\w./-]/.test(key)],
  ['others', () => true],
];

export const INVENTORY_CHECK: Check = {
  belief:
    'a line of an S3 Inventory is read as the version that the bucket lists: key, version-id, marker, size, ETag, and its time to the second',
  async run({ asked, s3, outputs, tell }) {
    if (asked.inventory === undefined) {
      return notLookedAt(
        'give --inventory s3://BUCKET/…/manifest.json; S3 writes the first one within two days',
      );
    }
    const ingestBucket = outputs['IngestBucketName'] ?? '';
    await using inventory = await Inventory.open({ s3, ingestBucket }, asked.inventory);
    const compared: string[] = [];
    const differing: object[] = [];
    for (const [kind, lines] of await sampleOf(inventory)) {
      let gone = 0;
      for (const line of lines) {
        const listed = (await versionsOf({ s3, ingestBucket }, line.key)).find(
          ({ versionId }) => versionId === line.versionId,
        );
        if (listed === undefined) gone++;
        else if (told(line) !== told(listed)) differing.push({ line, listed });
      }
      compared.push(`${lines.length} ${kind}${gone === 0 ? '' : `, ${gone} of them gone`}`);
      // one may have been deleted since; of all it is likelier that they are read wrongly
      if (gone > 0 && gone === lines.length) differing.push({ noneIsThere: lines });
    }
    if (compared.length === 0) return notLookedAt(`${asked.inventory} has no lines`);
    tell(`compared: ${compared.join('; ')}`);
    return differs(differing.length === 0, differing);
  },
};

async function sampleOf(inventory: Inventory): Promise<ReadonlyMap<string, readonly CurrentObject[]>> {
  const sample = new Map<string, CurrentObject[]>();
  for await (const line of inventory.objects()) {
    const [kind = ''] = KINDS.find(([, isOf]) => isOf(line)) ?? [];
    const lines = sample.get(kind) ?? [];
    if (lines.length < SAMPLE) sample.set(kind, [...lines, line]);
  }
  return sample;
}

const told = ({ isDeleteMarker, size, etag, lastModified }: Omit<CurrentObject, 'key'>): string =>
  JSON.stringify([isDeleteMarker, size, etag, lastModified.slice(0, 'YYYY-MM-DDTHH:mm:ss'.length)]);

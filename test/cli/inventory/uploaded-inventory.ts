import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { currentObjects, type CurrentObject } from '../../../cli/objects/current-objects.ts';
import type { PipelineUnderTest } from '../../support/pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeInventory, type WrittenInventory } from './written-inventory.ts';

/** An inventory in the output bucket. */
export interface UploadedInventory {
  /** `s3://…/manifest.json` */
  readonly location: string;
  readonly createdAt: Date;
}

/**
 * Writes what the ingest bucket holds now as an inventory into the output bucket, as S3 would.
 *
 * @param change what is written of a line in its place @default the line as it is
 */
export async function uploadInventory(
  pipeline: PipelineUnderTest,
  format: WrittenInventory['format'],
  change = (line: CurrentObject): CurrentObject => line,
): Promise<UploadedInventory> {
  const { s3, bucket } = pipeline;
  const folder = temporaryFolder('inventory');
  const listed = await Array.fromAsync(currentObjects({ s3, ingestBucket: bucket }));
  const createdAt = new Date(Math.max(...listed.map(({ lastModified }) => Date.parse(lastModified))));
  const lines = listed.map(change);
  const files = [lines.slice(0, 2), lines.slice(2)];
  const manifest = await writeInventory(folder, { bucket, createdAt, format, files });
  const Bucket = pipeline.output('OutputBucketName');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    await s3.send(
      new PutObjectCommand({ Bucket, Key: path.slice(folder.length + 1), Body: readFileSync(path) }),
    );
  }
  return { location: `s3://${Bucket}/${manifest.slice(folder.length + 1)}`, createdAt };
}

import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import { CliError, usageError } from '../cli-error.ts';
import { parseManifest, type InventoryFile, type Manifest } from './manifest.ts';

/** An inventory whose files are on this machine, each as its checksum says. */
export interface FetchedInventory {
  readonly manifest: Manifest;
  /** Paths. */
  readonly files: readonly string[];
}

/**
 * The inventory of a manifest: `s3://bucket/…/manifest.json`, whose files are fetched into the folder, or a file of this machine,
 * whose inventory files lie beside it or in `../data/`, as `aws s3 sync` of the inventory's folder lays them.
 *
 * @throws CliError naming the file that is missing or damaged
 */
export async function fetchInventory(
  s3: S3Client,
  location: string,
  folder: string,
): Promise<FetchedInventory> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
  if (bucket === undefined || key === undefined) return await filesBeside(location);
  const text = async (name: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
    return (await Body?.transformToString()) ?? '';
  };
  const manifest = parseManifest(
    await text(key),
    await text(key.replace(/[^/]*$/, 'manifest.checksum')),
    location,
  );
  const files: string[] = [];
  for (const file of manifest.files) {
    const path = join(folder, basename(file.key));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: file.key }));
    await pipe(Body as Readable, createWriteStream(path));
    files.push(await checked(path, file));
  }
  return { manifest, files };
}

async function filesBeside(location: string): Promise<FetchedInventory> {
  const folder = dirname(location);
  const manifest = parseManifest(
    await textOf(location),
    await textOf(join(folder, 'manifest.checksum')),
    location,
  );
  const files: string[] = [];
  for (const file of manifest.files) {
    const path = [join(folder, '../data', basename(file.key)), join(folder, basename(file.key))].find(
      (each) => existsSync(each),
    );
    if (path === undefined) {
      throw usageError(
        `${basename(file.key)} of the inventory is neither beside ${location} nor in ../data/`,
        'fetch the inventory’s folder whole: aws s3 sync s3://BUCKET/PREFIX/SOURCE-BUCKET/CONFIG DIR',
      );
    }
    files.push(await checked(path, file));
  }
  return { manifest, files };
}

/** @throws CliError when the file is not as S3 wrote it */
async function checked(path: string, { key, md5 }: InventoryFile): Promise<string> {
  const hash = createHash('md5');
  await pipe(createReadStream(path), hash);
  const found = hash.digest('hex');
  if (found === md5) return path;
  throw new CliError(`${key} has the MD5 ${found}, and the manifest says ${md5}: it is damaged`, {
    nextStep: 'fetch it again',
  });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CliError(`${path} cannot be read: ${(cause as Error).message}`, {
      nextStep: 'name a manifest.json with its manifest.checksum beside it, or s3://BUCKET/…/manifest.json',
      cause,
    });
  }
}

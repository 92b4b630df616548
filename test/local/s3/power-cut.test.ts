import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test, type TestContext } from 'vitest';
import { Ext4Disk } from '../../support/ext4-disk.ts';
import { rawRequest } from './raw-request.ts';
import { startS3World, type S3World } from './s3-world.ts';

const MIB = 1_024 ** 2;

/** S3 over a data folder on the disk, whose events go into the outbox of its store as the bus has it. */
async function worldOn(disk: Ext4Disk): Promise<S3World> {
  const world: S3World = await startS3World({
    dataDir: join(disk.path, 'data'),
    publish: (text) =>
      void world.store.prepare('INSERT INTO event_outbox (event, available_at) VALUES (?, 0)').run(text),
  });
  return world;
}

const keysOfEvents = ({ store }: S3World): readonly string[] =>
  store
    .prepare('SELECT event FROM event_outbox ORDER BY id')
    .all()
    .map(({ event }) => (JSON.parse(String(event)) as S3World['events'][number]).detail.object.key);

/** What a client finds of its uploads after a cut: those that are whole, and those with an event. */
async function foundAfterCut(disk: Ext4Disk, uploads: ReadonlyMap<string, Buffer>) {
  using later = disk.afterPowerCut();
  const world = await worldOn(later);
  try {
    const { missing } = await world.s3.sweepOrphans();
    const whole: string[] = [];
    for (const [key, body] of uploads) {
      const { status, body: text } = await rawRequest(world.port, 'GET', `/plain/${key}`);
      if (status === 200 && text === body.toString()) whole.push(key);
    }
    return { whole, missing, withEvent: keysOfEvents(world) };
  } finally {
    await world.close({ keep: true });
  }
}

function newDisk(context: TestContext): Ext4Disk {
  try {
    return Ext4Disk.make();
  } catch {
    return context.skip('this user may mount no disk');
  }
}

test('an acknowledged upload outlives a power cut, with its event', async (context) => {
  using disk = newDisk(context);
  const world = await worldOn(disk);
  const uploads = new Map<string, Buffer>();
  const upload = async (key: string, ...bodies: readonly Buffer[]): Promise<void> => {
    await (bodies.length === 1 ? put(world, key, bodies[0]!) : putInParts(world, key, bodies));
    uploads.set(key, Buffer.concat(bodies));
    const keys = [...uploads.keys()];
    expect(await foundAfterCut(disk, uploads)).toEqual({ whole: keys, withEvent: keys, missing: [] });
    // as the bus does it after each event: not synced
    world.store.repeatableTransaction(() => world.store.db.exec('UPDATE event_outbox SET available_at = 1'));
  };
  try {
    await upload('small', Buffer.alloc(1_000, 'small'));
    await upload('parts', Buffer.alloc(5 * MIB, 'first'), Buffer.alloc(1_000, 'second'));
    await upload('last', Buffer.alloc(1_000, 'last'));
  } finally {
    await world.close({ keep: true });
  }
});

async function put(world: S3World, key: string, body: Buffer): Promise<void> {
  const { status } = await rawRequest(world.port, 'PUT', `/plain/${key}`, { body });
  expect(status).toBe(200);
}

async function putInParts(world: S3World, Key: string, bodies: readonly Buffer[]): Promise<void> {
  const client = world.client();
  const at = { Bucket: 'plain', Key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const Parts = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ...part });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}

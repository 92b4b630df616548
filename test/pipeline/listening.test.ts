import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { listeningSocketsOf, runtimeApisOf } from '../support/listening-sockets.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(process.platform !== 'linux')('a running pipeline (skipped where there is no /proc)', () => {
  test('listens at its gateway, at secret Runtime APIs and at sockets of its own user, and nowhere else', async () => {
    await using pipeline = await PipelineUnderTest.start();
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/a.csv', Body: 'a\n1\n' }),
    );
    await waitFor(async () => (await pipeline.counterRows()).length === 1, 'the count', 30_000);

    const sockets = listeningSocketsOf(pipeline.pid);
    const gateway = new URL(pipeline.endpoint).host;
    const runtimeApis = runtimeApisOf(pipeline.pid);
    const doors = [gateway, ...runtimeApis.map((address) => new URL(`http://${address}`).host)];
    const others = sockets.filter(
      ({ pid, kind, address }) => !(pid === pipeline.pid && kind === 'tcp' && doors.includes(address)),
    );

    // every function has started, so there is more to see than the gateway
    expect(runtimeApis.length).toBeGreaterThanOrEqual(3);
    expect(sockets.map(({ address }) => address)).toContain(gateway);
    for (const address of runtimeApis) expect(address).toMatch(/^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    expect(others).toEqual([
      {
        pid: expect.any(Number) as number,
        kind: 'unix',
        address: expect.stringMatching(/\/sluice-sockets-\w+\/socket$/) as string,
      },
    ]);
    expect(statSync(dirname(others[0]!.address)).mode & 0o777).toBe(0o700);
  });

  test('runs in a data folder whose path is longer than a socket may have', async () => {
    const dataDir = join(temporaryFolder('deep'), 'a'.repeat(100), 'b'.repeat(100));
    await using pipeline = await PipelineUnderTest.start({ dataDir });
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'deep.txt', Body: 'x' }));
    await waitFor(async () => (await pipeline.metadataRows()).length === 1, 'the row', 30_000);

    const [socket] = listeningSocketsOf(pipeline.pid).filter(({ kind }) => kind === 'unix');
    await pipeline.stop();

    expect(basename(socket!.address)).toBe('socket');
    // and takes the folder away when it stops
    expect(statSync(dirname(socket!.address), { throwIfNoEntry: false })).toBeUndefined();
  });
});

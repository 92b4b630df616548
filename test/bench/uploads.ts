import { resolve } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { waitFor } from '../support/wait-for.ts';
import { RunningCheckout } from './running-checkout.ts';
import { spread } from './statistics.ts';
import { putAll } from './throughput.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const EMULATOR_BUCKET = 'bench';

interface Place {
  readonly name: string;
  readonly bucket: string;
  readonly s3: S3Client;
  /** Resolves when it has nothing to do any more. */
  settled(): Promise<void>;
}

/**
 * Uploads answered each second, of CSVs of 1 KB and 16 at a time: by the pipeline, whose functions work on them meanwhile, and by
 * other S3s that only store, each a round in turn. The first round warms up.
 *
 * @param emulators addresses of S3s that run already: `http://127.0.0.1:4568`; signed with the key and the secret S3RVER
 */
export async function uploadsAnswered(
  objects: number,
  rounds: number,
  emulators: readonly string[],
): Promise<string[]> {
  await using pipeline = await RunningCheckout.start(PROJECT_DIR);
  const places: Place[] = [
    {
      name: 'the pipeline, while its functions run',
      bucket: pipeline.bucket,
      s3: pipeline.s3,
      settled: () =>
        waitFor(async () => (await pipeline.status()).drained, 'the pipeline to drain', 600_000, 200),
    },
    ...(await Promise.all(emulators.map(emulator))),
  ];
  const rates = new Map<Place, number[]>(places.map((place) => [place, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const place of round % 2 === 0 ? places : places.toReversed()) {
      const began = performance.now();
      await putAll(place, objects, `csv/bench/${round}`);
      const rate = (objects * 1_000) / (performance.now() - began);
      if (round > 0) rates.get(place)!.push(rate);
      await place.settled();
    }
  }
  const own = rates.get(places[0]!)!;
  return places.map((place) => {
    const theirs = rates.get(place)!;
    const text = `${place.name}: ${spread(theirs, 'uploads/s')}`;
    if (theirs === own) return text;
    const each = own.map((rate, round) => rate / theirs[round]!);
    return `${text}; the pipeline answers ${spread(each, '×', 2)} as many`;
  });
}

async function emulator(endpoint: string): Promise<Place> {
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: EMULATOR_BUCKET })).catch((error: Error) => {
    if (!error.name.startsWith('BucketAlready')) throw error;
  });
  return { name: endpoint, bucket: EMULATOR_BUCKET, s3, settled: async () => {} };
}

import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { Eavesdropper, type HeardEvent } from '../support/eavesdropper.ts';
import { patiently, type Asked, type Bench, type Check } from './belief.ts';
import type { Clients, Outputs } from './target.ts';

/** What is looked at, and how. */
export interface Target {
  readonly outputs: Outputs;
  readonly clients: Clients;
  readonly asked: Asked;
}

export interface CheckResult {
  readonly belief: string;
  readonly verdict: 'as believed' | 'differs' | 'not looked at';
}

/** Runs the checks one after another; one that fails does not stop the others. */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  print: (line: string) => void,
): Promise<CheckResult[]> {
  const { clients, outputs } = target;
  const run = randomUUID().slice(0, 8);
  const Bucket = outputs['IngestBucketName'] ?? '';
  const eavesdropper = await Eavesdropper.start(clients.events, clients.sqs, Bucket, `conformance-${run}`);
  const bench = benchOf(target, `conformance/${run}/`, eavesdropper, (what) => print(`      ${what}`));
  const results: CheckResult[] = [];
  try {
    for (const check of checks) results.push(await resultOf(check, bench, print));
  } finally {
    await eavesdropper.stop();
  }
  return results;
}

async function resultOf(
  { belief, run }: Check,
  bench: Bench,
  print: (line: string) => void,
): Promise<CheckResult> {
  const seen = await run(bench).catch((error: unknown) => `could not be seen: ${String(error)}`);
  if (seen === undefined) {
    print(`  ok  ${belief}`);
    return { belief, verdict: 'as believed' };
  }
  if (typeof seen === 'string') {
    print(`DIFFERS ${belief}\n      ${seen}`);
    return { belief, verdict: 'differs' };
  }
  print(`  --  ${belief}\n      not looked at: ${seen.why}`);
  return { belief, verdict: 'not looked at' };
}

function benchOf(
  { clients, outputs, asked }: Target,
  prefix: string,
  eavesdropper: Eavesdropper,
  tell: Bench['tell'],
): Bench {
  const { s3, tables } = clients;
  const Bucket = outputs['IngestBucketName'] ?? '';
  const heardSoFar: HeardEvent[] = [];
  return {
    ...clients,
    outputs,
    prefix,
    eavesdropper,
    asked,
    tell,
    put: async (Key, Body = 'hello') =>
      (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? '',
    remove: async (Key, VersionId) =>
      (await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).VersionId ?? '',
    heard: (key, count) =>
      patiently(`${count} events of ${key}`, async () => {
        const bodies = await eavesdropper.take(5);
        heardSoFar.push(...bodies.map((body) => JSON.parse(body) as HeardEvent));
        const ofKey = heardSoFar.filter(({ detail }) => detail.object.key === key);
        if (ofKey.length < count) return undefined;
        heardSoFar.splice(0, heardSoFar.length, ...heardSoFar.filter((event) => !ofKey.includes(event)));
        return ofKey;
      }),
    row: (table, key, isWanted) =>
      patiently(`the row of ${key}`, async () => {
        const { Item } = await tables.send(
          new GetCommand(
            table === 'metadata'
              ? {
                  TableName: outputs['UploadMetadataTableName'],
                  Key: { bucket: Bucket, object_key: key },
                  ConsistentRead: true,
                }
              : {
                  TableName: outputs['ProcessedFilesTableName'],
                  Key: { file_key: key },
                  ConsistentRead: true,
                },
          ),
        );
        return Item !== undefined && isWanted(Item) ? Item : undefined;
      }),
  };
}

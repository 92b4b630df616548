import { resolve } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { runOwnApp } from '../../cli/start/own-app.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

interface TemplateUnderTest {
  /** As a deployment gives it by `-c`. */
  readonly context: Readonly<Record<string, string>>;
  /** What a reader of an object is told of its encryption. */
  readonly encryption: string;
}

const TEMPLATES: Readonly<Record<string, TemplateUnderTest>> = {
  dev: { context: { stage: 'dev' }, encryption: 'AES256' },
  prod: { context: { stage: 'prod' }, encryption: 'AES256' },
  kms: { context: { stage: 'prod', kms: 'true' }, encryption: 'aws:kms' },
  vpc: { context: { stage: 'prod', vpc: 'true' }, encryption: 'AES256' },
  lock: { context: { stage: 'prod', ledgerLock: '365' }, encryption: 'AES256' },
};

describe.each(Object.entries(TEMPLATES))('the template %s', (_, { context, encryption }) => {
  // the CDK alone takes a good while where other tests run beside
  test(
    'is one that the runtime starts from, and a CSV that is put there is counted',
    { timeout: 600_000 },
    async () => {
      const assemblyDir = temporaryFolder('template');
      const told = { context, account: ACCOUNT_ID, region: 'us-east-1', directory: assemblyDir };
      await runOwnApp({ projectDir: PROJECT_DIR, ...told }, assemblyDir);
      await using pipeline = await PipelineUnderTest.start({ assemblyDir });
      const Key = 'csv/orders.csv';

      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n1,2\n3,4\n' }));
      await pipeline.drain();

      const [counted] = await pipeline.counterRows();
      expect(counted).toMatchObject({ file_key: Key, status: 'counted', row_count: 3 });
      expect(await pipeline.metadataRows()).toMatchObject([{ object_key: Key, deleted: false }]);
      expect(await pipeline.ledgerLines()).toMatchObject([{ object_key: Key }]);
      const { queues } = await pipeline.status();
      const waiting = Object.entries(queues).filter(([, { visible, inFlight }]) => visible + inFlight > 0);
      expect(waiting).toEqual([]);
      const { ServerSideEncryption } = await pipeline.s3.send(
        new HeadObjectCommand({ Bucket: pipeline.bucket, Key }),
      );
      expect(ServerSideEncryption).toBe(encryption);
    },
  );
});

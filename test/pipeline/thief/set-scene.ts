import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { RuntimeDescription } from '../../../shared/control-api.ts';
import type { Credentials } from '../../../shared/credentials.ts';
import { keysOfFunctions } from '../../support/function-keys.ts';
import type { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Role } from './may.ts';
import type { Scene } from './scene.ts';

export async function sceneOf(pipeline: PipelineUnderTest): Promise<Scene> {
  const { s3, lambda, bucket: ingest } = pipeline;
  const output = pipeline.output('OutputBucketName');
  await s3.send(new PutObjectCommand({ Bucket: ingest, Key: 'private/salaries.txt', Body: 'x' }));
  const { VersionId: version = '' } = await s3.send(
    new PutObjectCommand({ Bucket: ingest, Key: 'csv/orders.csv', Body: 'a,b\n1,2\n' }),
  );
  await waitFor(
    async () =>
      (await pipeline.counterRows()).length === 1 &&
      (await pipeline.metadataRows()).length === 2 &&
      (await pipeline.ledgerLines()).length === 2,
    'the work of all three',
    120_000,
  );
  const { Versions: [line] = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: output, Prefix: 'ledger/' }),
  );
  const { EventSourceMappings: [mapping] = [] } = await lambda.send(new ListEventSourceMappingsCommand());
  return {
    pipeline,
    ingest,
    output,
    accessLogs: pipeline.output('AccessLogBucketName'),
    version,
    line: line!.Key!,
    lineVersion: line!.VersionId!,
    mappingUuid: mapping!.UUID!,
  };
}

export function keysOf(pipeline: PipelineUnderTest, role: Role): Credentials {
  const [name, factor] = role.split(' with ');
  const { roles = [] } = JSON.parse(
    readFileSync(join(pipeline.dataDir, 'runtime.json'), 'utf8'),
  ) as RuntimeDescription;
  const person = roles.find((one) => one.role === name);
  if (person !== undefined) return factor === undefined ? person.credentials : person.withMfa;
  const ofFunction = keysOfFunctions(pipeline.pid).find(
    ({ functionName }) => functionName === pipeline.output(FUNCTIONS[name!]!),
  );
  if (ofFunction === undefined) throw new Error(`no process has the keys of ${role}`);
  return ofFunction;
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  'metadata-writer': 'MetadataWriterFunctionName',
  'csv-row-counter': 'CsvRowCounterFunctionName',
  'ledger-exporter': 'LedgerExporterFunctionName',
};

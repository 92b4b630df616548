import { Duration } from 'aws-cdk-lib';
import { allow } from '../allow.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { byStage, type Stage } from '../stage.ts';
import { EVERY_CHANGE, NOT_A_FOLDER } from './patterns.ts';

/** One line per event, in objects of the output bucket. */
export const ledgerExporter = (stage: Stage): ConsumerDefinition => ({
  name: 'ledger-exporter',
  pattern: { 'detail-type': EVERY_CHANGE, detail: { object: { key: NOT_A_FOLDER } } },
  keeps: { lines: 'ledger/' },
  timeout: Duration.minutes(1),
  memoryMb: 512,
  batchSize: byStage(stage, { dev: 10, prod: 1_000 }),
  batchingWindow: byStage(stage, { dev: Duration.seconds(0), prod: Duration.seconds(60) }),
  maxReceiveCount: 14,
  maximumConcurrency: byStage(stage, { dev: 2, prod: 10 }),
  environment: ({ outputBucket }) => ({ OUTPUT_BUCKET: outputBucket.bucketName }),
  grants: ({ outputBucket }) => [allow(['s3:PutObject'], outputBucket.arnForObjects('ledger/*'))],
});

// The door `@sluice-pipeline/sluice`: what an app that uses the package says its pipeline with.
export { ObjectPipeline } from './object-pipeline.ts';
export type { ObjectPipelineProps } from './object-pipeline.ts';
export { PipelineStack } from './pipeline-stack.ts';
export type { PipelineStackProps } from './pipeline-stack.ts';
export { acknowledgeFindings } from './security/acknowledgements.ts';
export { allow } from './allow.ts';
export { withCode } from './constructs/consumer-code.ts';
export { handingOver } from './hand-over.ts';
export { stackPropsFromContext } from './stack-context.ts';
export { whatIfLines } from './what-if.ts';
export { byStage, stageFromContext, tombstoneTtlDays } from './stage.ts';
export type { Stage, StageKind } from './stage.ts';
export type {
  ConsumerDefinition,
  ConsumerEntry,
  ConsumerKind,
  ConsumerPattern,
  OtherTarget,
  OwnTable,
  Stores,
  WatchedMetric,
} from './consumer-definition.ts';
export type { Keeps, RowsKept } from '../shared/keeps.ts';
export { EVERY_CHANGE, NOT_A_FOLDER, OF_THE_CURRENT_OBJECT } from './consumers/patterns.ts';
export { csvRowCounter } from './consumers/csv-row-counter.ts';
export { ledgerExporter } from './consumers/ledger-exporter.ts';
export { metadataWriter } from './consumers/metadata-writer.ts';

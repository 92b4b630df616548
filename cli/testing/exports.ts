// The door `@sluice-pipeline/sluice/testing`: what a team's own tests ask of a pattern or a template.
export { compilePattern } from '../../shared/event-pattern/pattern-matcher.ts';
export { sampleEvent, type SampleFacts } from '../../shared/object-event/sample-event.ts';
export { SAMPLE_KINDS, type SampleKind } from '../../shared/object-event/sample-kinds.ts';
export { sqsBatch } from '../../shared/object-event/sample-sqs-batch.ts';
export { routesIn, type RoutesOptions } from '../../shared/routes/routes-in.ts';

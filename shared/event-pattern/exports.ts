// The door `@sluice-pipeline/sluice/pattern`: EventBridge's pattern language, as a type and as a matcher.
export type { EventPattern } from './event-pattern.ts';
export { compilePattern } from './pattern-matcher.ts';
export type { EventMatcher } from './pattern-matcher.ts';

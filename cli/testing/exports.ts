// The door `@sluice-pipeline/sluice/testing`: what a team's own tests ask of a pattern or a template.
export { compilePattern } from '../../shared/event-pattern/pattern-matcher.ts';

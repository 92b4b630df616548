import { listedOutcomes, type OutcomesByConsumer } from '../fate/listed-outcomes.ts';
import type { Route } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { CurrentObject } from './current-objects.ts';
import { pagesOf } from './pages-of.ts';

/** So many objects are looked up at once. */
const PAGE = 1_000;

/** The objects, each with what became of it at each consumer: a look for a thousand at a time. */
export async function* withOutcomes<Listed extends CurrentObject>(
  { pipeline, signal }: Scope,
  routes: readonly Route[],
  objects: AsyncIterable<Listed>,
): AsyncGenerator<Listed & { readonly outcomes: OutcomesByConsumer }> {
  for await (const page of pagesOf(objects, PAGE)) {
    const outcomes = await listedOutcomes(pipeline, routes, page, signal);
    for (const object of page) yield { ...object, outcomes: outcomes.get(object.key) ?? {} };
  }
}

import { listedOutcomes, type OutcomesByConsumer } from '../fate/listed-outcomes.ts';
import type { Route } from '../pipeline/routing.ts';
import type { CliError } from '../cli-error.ts';
import type { Scope } from '../session.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { CurrentObject } from './current-objects.ts';
import { pagesOf } from './pages-of.ts';

/** So many objects are looked up at once. */
const PAGE = 1_000;

/** Consumers of which what became of an object could not be asked, and why. */
export class RefusedConsumers {
  readonly #why = new Map<string, string>();

  /** Once for each consumer, however many pages were asked for. */
  readonly add = (consumer: string, { message, nextStep }: CliError): void => {
    this.#why.set(consumer, nextStep === undefined ? message : `${message} (${nextStep})`);
  };

  /** What the document says of them; nothing when there is none. */
  told(): { readonly unavailable?: readonly { readonly what: string; readonly why: string }[] } {
    if (this.#why.size === 0) return {};
    return { unavailable: [...this.#why].map(([what, why]) => ({ what, why })) };
  }

  /** Says it to a person. @returns whether there was one */
  note(terminal: Terminal): boolean {
    for (const [consumer, why] of this.#why) terminal.note(`outcomes at ${consumer} are unknown: ${why}`);
    return this.#why.size > 0;
  }
}

/** The objects, each with what became of it at each consumer: a look for a thousand at a time. */
export async function* withOutcomes<Listed extends CurrentObject>(
  { pipeline, signal }: Scope,
  routes: readonly Route[],
  objects: AsyncIterable<Listed>,
  refused: RefusedConsumers,
): AsyncGenerator<Listed & { readonly outcomes: OutcomesByConsumer }> {
  for await (const page of pagesOf(objects, PAGE)) {
    const outcomes = await listedOutcomes(pipeline, routes, page, signal, refused.add);
    for (const object of page) yield { ...object, outcomes: outcomes.get(object.key) ?? {} };
  }
}

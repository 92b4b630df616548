/** Ways to break the pipeline on purpose, each of which the simulation must find. */
export const BREAKAGES = [
  'condition-dropped',
  'condition-turned',
  'condition-lets-repeats-through',
  'failures-forgotten',
  'letters-forgotten',
] as const;

export type BreakageName = (typeof BREAKAGES)[number];

export const isBreakage = (name: string): name is BreakageName =>
  (BREAKAGES as readonly string[]).includes(name);

/** What is wrong with the pipeline under test; nothing, as a rule. */
export class Breakage {
  readonly #name: BreakageName | undefined;

  constructor(name: BreakageName | undefined) {
    this.#name = name;
  }

  /** The condition that the table evaluates in place of the one that was sent; undefined for none. */
  condition(text: string): string | undefined {
    switch (this.#name) {
      case 'condition-dropped':
        return undefined;
      case 'condition-turned':
        return text.replace('#sequencer < ', '#sequencer > ');
      case 'condition-lets-repeats-through':
        return text.replace('#revision < ', '#revision <= ');
      case undefined:
      case 'failures-forgotten':
      case 'letters-forgotten':
      default:
        return text;
    }
  }

  /** What Lambda hears from the function. */
  answer(text: string): string {
    return this.#name === 'failures-forgotten' ? '{"batchItemFailures":[]}' : text;
  }

  get losesLetters(): boolean {
    return this.#name === 'letters-forgotten';
  }
}

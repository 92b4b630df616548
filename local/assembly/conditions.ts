import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

/** Which conditions of a template hold. Each is computed when it is asked for the first time. */
export class Conditions {
  readonly #conditions: Readonly<Record<string, unknown>>;
  readonly #resolve: (value: unknown) => unknown;
  readonly #known = new Map<string, boolean>();
  readonly #underWay = new Set<string>();

  /** @param resolve gives a value's intrinsics their values */
  constructor(conditions: Readonly<Record<string, unknown>>, resolve: (value: unknown) => unknown) {
    this.#conditions = conditions;
    this.#resolve = resolve;
  }

  /** @throws UnsupportedFeatureError for one that is not there, or that cannot be computed */
  holds(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.#conditions, name) || this.#underWay.has(name)) {
      throw new UnsupportedFeatureError(
        `the condition ${JSON.stringify(name)}, which the template does not define`,
      );
    }
    this.#underWay.add(name);
    try {
      const holds = this.#evaluate(this.#conditions[name]);
      this.#known.set(name, holds);
      return holds;
    } finally {
      this.#underWay.delete(name);
    }
  }

  #evaluate(condition: unknown): boolean {
    const [[name, argument] = ['', undefined]] = Object.entries(condition as object);
    const parts = (): boolean[] => (argument as unknown[]).map((part) => this.#evaluate(part));
    switch (name) {
      case 'Condition':
        return this.holds(String(argument));
      case 'Fn::Equals': {
        const [one, other] = this.#resolve(argument) as unknown[];
        return String(one) === String(other);
      }
      case 'Fn::And':
        return parts().every(Boolean);
      case 'Fn::Or':
        return parts().some(Boolean);
      case 'Fn::Not':
        return !parts()[0];
      default:
        throw new UnsupportedFeatureError(`a condition of ${name} (${JSON.stringify(argument)})`);
    }
  }
}

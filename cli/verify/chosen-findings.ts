import { nearestWord } from '../../shared/nearest-word.ts';
import { usageError } from '../cli-error.ts';
import { plural } from '../terminal/units.ts';
import type { Finding } from './finding.ts';
import { FINDING_CLASSES } from './finding-classes.ts';

/** Which findings a repair is to mend: those of the keys and the classes that are named, or of any where none is. */
export class ChosenFindings {
  readonly #keys: ReadonlySet<string> | undefined;
  readonly #classes: ReadonlySet<string> | undefined;
  readonly #unseen: Set<string>;
  #others = 0;

  /** @throws CliError, usage, on a class that is none */
  constructor(keys: readonly string[] | undefined, classes: readonly string[] | undefined) {
    for (const one of classes ?? []) checkClass(one);
    this.#keys = keys && new Set(keys);
    this.#classes = classes && new Set(classes);
    this.#unseen = new Set(keys);
  }

  /** Whether it is one of them. Each finding is asked about once. */
  take({ key, class: found }: Finding): boolean {
    const isChosen = (this.#keys?.has(key) ?? true) && (this.#classes?.has(found) ?? true);
    if (isChosen) this.#unseen.delete(key);
    // what waits mends itself
    else if (found !== 'waiting') this.#others++;
    return isChosen;
  }

  /** Keys that were named, and at which nothing was found of the classes that were. */
  get notFound(): readonly string[] {
    return [...this.#unseen];
  }

  /** How many findings were not chosen. */
  get others(): number {
    return this.#others;
  }

  /** `whatever`, `what at 2 keys and of class stale`: before `differs`. */
  get words(): string {
    const parts = [
      ...(this.#keys === undefined ? [] : [`at ${plural(this.#keys.size, 'key')}`]),
      ...(this.#classes === undefined ? [] : [`as ${[...this.#classes].join(' or ')}`]),
    ];
    return parts.length === 0 ? 'whatever' : `only what ${parts.join(' ')}`;
  }
}

function checkClass(name: string): void {
  if (FINDING_CLASSES.some((one) => one === name)) return;
  const meant = nearestWord(name, FINDING_CLASSES);
  throw usageError(
    `--class ${JSON.stringify(name)} is no class of a finding`,
    meant === undefined ? `one of ${FINDING_CLASSES.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`,
  );
}

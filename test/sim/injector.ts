import type { Chance } from './chance.ts';
import { FAULTS, FAULT_NAMES, type Fault, type FaultCounts } from './faults.ts';

export interface InjectorOptions {
  /** Multiplies how often each fault strikes. */
  readonly rate: number;
  /** Only these. @default those that the history's own chance turns on: each is on in every second history */
  readonly only?: ReadonlySet<Fault> | undefined;
}

/** Decides where faults strike, and counts them. */
export class Injector {
  readonly counts: FaultCounts = new Map();
  /** From then on nothing goes wrong any more: what is under way has to come to its end. */
  isOver = false;
  readonly #chance: Chance;
  readonly #rates = new Map<Fault, number>();

  constructor(chance: Chance, { rate, only }: InjectorOptions) {
    this.#chance = chance;
    for (const fault of FAULT_NAMES) {
      const isOn = chance.of(`on|${fault}`) < 0.5 && (only?.has(fault) ?? true);
      if (rate > 0 && isOn) {
        this.#rates.set(fault, FAULTS[fault] * rate * (0.4 + 1.2 * chance.of(`rate|${fault}`)));
      }
    }
  }

  /** Those that may strike in this history. */
  get on(): readonly Fault[] {
    return [...this.#rates.keys()];
  }

  isOn(fault: Fault): boolean {
    return this.#rates.has(fault);
  }

  /** @param question names the place, so that it meets the same fate when other operations are taken away */
  strikes(fault: Fault, question: string): boolean {
    return this.first([fault], question) !== undefined;
  }

  /** The one of several faults that strikes here; most often none. */
  first<Some extends Fault>(faults: readonly Some[], question: string): Some | undefined {
    if (this.isOver) return undefined;
    const drawn = this.#chance.next(`fault|${faults[0]}|${question}`);
    let from = 0;
    for (const fault of faults) {
      // a fault that is off keeps its place, so that turning it off leaves the others where they were
      const rate = this.#rates.get(fault) ?? 0;
      if (drawn >= from && drawn < from + rate) {
        this.count(fault);
        return fault;
      }
      from += Math.min(FAULTS[fault] * 4, 1 / faults.length);
    }
    return undefined;
  }

  /** How often it strikes in this history, of all places where it can. */
  rateOf(fault: Fault): number {
    return this.#rates.get(fault) ?? 0;
  }

  /** It was drawn, and is counted when it happens. */
  discount(fault: Fault): void {
    this.counts.set(fault, this.counts.get(fault)! - 1);
  }

  count(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }
}

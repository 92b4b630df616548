/** The invariants of docs/reliability.md. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I12' | 'I13';

/** An invariant that does not hold, and what shows it. */
export interface Violation {
  readonly invariant: Invariant;
  /** What was found, in a sentence. */
  readonly what: string;
  /** The step of the history at which it showed. */
  readonly step: number;
}

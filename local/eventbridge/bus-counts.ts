/** Counts what happens on the bus, each in the transaction in which it happens. */
export interface BusCounts {
  /** An event came onto the bus; a replayed one comes from the archive. */
  published(): void;
  /** An event, live or replayed, matched the pattern of a rule. */
  matched(ruleArn: string): void;
  /** A rule's target took an event. */
  delivered(ruleArn: string): void;
}

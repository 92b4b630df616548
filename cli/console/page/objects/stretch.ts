/** Which stretch of the list is asked for. */
export interface Stretch {
  /** `next` of the page before; undefined: from the beginning. */
  readonly after: string | undefined;
  readonly limit: number;
  /** Whether what became of each object is asked too, which costs more than the list. */
  readonly hasOutcomes: boolean;
}

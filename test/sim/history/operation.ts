/** What an outage takes away. */
export type Service = 'table' | 's3' | 'queues' | 'rules';

/** A message that no consumer can read. */
export type Poison =
  | 'not-json'
  | 'no-detail'
  | 'unknown-detail-type'
  | 'bad-sequencer'
  | 'other-major-version'
  | 'other-source';

/** One thing that somebody does to the bucket or to the pipeline. */
export type Operation = OperationKind & {
  /** Its place in the whole history: what is left of it after shrinking keeps its numbers. */
  readonly n: number;
  /** How long after the operation before it, in milliseconds. */
  readonly afterMs: number;
};

export type OperationKind =
  | { readonly do: 'put'; readonly key: string; readonly body: number }
  | {
      readonly do: 'delete' | 'remove-marker' | 'expire-version' | 'expire-object' | 'tag';
      readonly key: string;
    }
  /** The nth version that the key has, counted round. */
  | { readonly do: 'delete-version'; readonly key: string; readonly nth: number }
  | { readonly do: 'poison'; readonly poison: Poison; readonly consumer: number }
  /** To one consumer's rule, or to all. */
  | { readonly do: 'replay'; readonly consumer: number | 'all' }
  | { readonly do: 'kill'; readonly downMs: number }
  | { readonly do: 'outage'; readonly of: Service; readonly forMs: number }
  | { readonly do: 'leap'; readonly byMs: number };

/** A history, as data: the same seed gives the same one. */
export interface History {
  readonly seed: number;
  readonly isVersioned: boolean;
  readonly operations: readonly Operation[];
}

/** Those that are meant, each at the time that it had: what is left out leaves its pause behind. */
export function kept(
  operations: readonly Operation[],
  isMeant: (operation: Operation) => boolean,
): readonly Operation[] {
  let pausedMs = 0;
  return operations.flatMap((operation) => {
    pausedMs += operation.afterMs;
    if (!isMeant(operation)) return [];
    const afterMs = pausedMs;
    pausedMs = 0;
    return [{ ...operation, afterMs }];
  });
}

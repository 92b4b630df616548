/** How long a locked version is kept, by whom it may be deleted all the same. */
export type RetentionMode =
  /** Whoever may bypass it deletes the version before its time. */
  | 'GOVERNANCE'
  /** Nobody does. */
  | 'COMPLIANCE';

/** A bucket's Object Lock: what a new object gets whose maker says nothing. @default nothing */
export interface ObjectLockPlan {
  readonly byDefault?: {
    readonly mode: RetentionMode;
    /** One of the two. */
    readonly days?: number;
    readonly years?: number;
  };
}

/**
 * What became of an event: its row or line was written; a newer event of its key had won; or the consumer keeps
 * nothing for such a kind of event (a permanent delete of one version). The batch edge has skipped names before, by the
 * consumer's `keeps`. All three are success; to fail, throw.
 */
export type Outcome = 'recorded' | 'superseded' | 'skipped';

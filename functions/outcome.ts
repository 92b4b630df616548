/**
 * What became of an event: its row or line was written; a newer event of its key had won; or the consumer has no use
 * for it (a folder placeholder, a permanent delete of one version). All three are success; to fail, throw.
 */
export type Outcome = 'recorded' | 'superseded' | 'skipped';

/**
 * What became of an event: its row or line was written; a newer event of its key had won; or the consumer keeps
 * nothing for such a name (a folder placeholder, what is no CSV) or such a kind of event (a permanent delete of one version). All three are success; to fail, throw.
 */
export type Outcome = 'recorded' | 'superseded' | 'skipped';

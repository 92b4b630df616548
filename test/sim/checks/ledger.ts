/** The output bucket's ledger: which objects it holds, and which lines. */
export class Ledger {
  readonly #keys = new Set<string>();
  /** The identity of each line, by the request id of the event that it tells of. */
  readonly identities = new Map<string, string>();
  /** Request ids, by identity: two events under one identity would count as one. */
  readonly requestIds = new Map<string, string>();
  /** What is wrong with a line; the first is enough. */
  fault: string | undefined;
  lines = 0;

  /** @returns false where the key is taken */
  put(key: string, body: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    for (const text of body.split('\n')) if (text !== '') this.#add(key, text);
    return true;
  }

  #add(key: string, text: string): void {
    this.lines++;
    const line = JSON.parse(text) as { identity: string; request_id: string; event_time: string };
    const { identity, request_id: requestId, event_time: time } = line;
    const known = this.identities.get(requestId);
    if (known !== undefined && known !== identity) {
      this.fault ??= `two lines of one event have other identities: ${known} and ${identity}`;
    }
    const other = this.requestIds.get(identity);
    if (other !== undefined && other !== requestId) {
      this.fault ??= `two events have the identity ${identity}: ${other} and ${requestId}`;
    }
    if (!key.startsWith(`ledger/dt=${time.slice(0, 10)}/hour=${time.slice(11, 13)}/`)) {
      this.fault ??= `a line of ${time} lies in ${key}`;
    }
    this.identities.set(requestId, identity);
    this.requestIds.set(identity, requestId);
  }
}

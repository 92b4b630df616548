import { CliError } from './cli-error.ts';

/** A runtime that answers nothing for so long hangs; it is on this machine. */
const LONGEST_ANSWER_MS = 60_000;

/** The local runtime's own calls, under `/_sluice/`: what AWS has no API for. */
export class LocalControl {
  readonly #endpoint: string;
  readonly #token: string;

  /** @param token of the start that is meant: any other's runtime refuses */
  constructor(endpoint: string, token: string) {
    this.#endpoint = endpoint;
    this.#token = token;
  }

  /** @param call `attempts?bucket=…&key=…` @throws CliError when it is refused; a TypeError when nobody answers */
  async get(call: string): Promise<unknown> {
    const response = await fetch(`${this.#endpoint}/_sluice/${call}`, {
      headers: { 'x-sluice-token': this.#token },
      signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
      // the token is for this address alone
      redirect: 'error',
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new CliError(`the local runtime refuses /_sluice/${call}: ${JSON.stringify(answer)}`);
  }

  /** The runtime's clock, which can be ahead of this machine's. */
  async now(): Promise<Date> {
    const { now } = (await this.get('status')) as { now: string };
    return new Date(now);
  }
}

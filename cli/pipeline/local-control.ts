import { json } from 'node:stream/consumers';
import type { ControlReads } from '../../shared/control-api.ts';
import { CliError } from '../cli-error.ts';
import { Agent, request } from '../../shared/node-http.ts';

// `fetch`, and Node's own agent, would give the token to the proxy of NODE_USE_ENV_PROXY
const agent = new Agent({ keepAlive: false });

/** A runtime that answers nothing for so long hangs; it is on this machine. */
const LONGEST_ANSWER_MS = 60_000;

/** A longer one is posted: the runtime takes 16 KiB of headers. */
const LONGEST_URL = 8_000;

/** The local runtime's own calls, under `/_sluice/`: what AWS has no API for. */
export class LocalControl {
  readonly #endpoint: string;
  readonly #token: string;

  /** @param token of the start that is meant: any other's runtime refuses */
  constructor(endpoint: string, token: string) {
    this.#endpoint = endpoint;
    this.#token = token;
  }

  /** @throws CliError when it is refused; a system error when nobody answers */
  async ask<Call extends keyof ControlReads>(
    call: Call,
    question: ControlReads[Call]['question'],
  ): Promise<ControlReads[Call]['answer']> {
    const given = Object.entries(question).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given).toString();
    const isLong = query.length > LONGEST_URL;
    const path = `/_sluice/${call}${query === '' || isLong ? '' : `?${query}`}`;
    const body = isLong ? JSON.stringify(Object.fromEntries(given)) : undefined;
    const { status, answer } = await answerTo(`${this.#endpoint}${path}`, this.#token, body);
    if (status === 200) return answer as ControlReads[Call]['answer'];
    throw new CliError(`the local runtime refuses ${path}: ${JSON.stringify(answer)}`);
  }

  /** The runtime's clock, which can be ahead of this machine's. */
  async now(): Promise<Date> {
    const { now } = await this.ask('status', {});
    return new Date(now);
  }
}

/** Follows no redirect: the token is for this address alone. @param body posted as JSON; without one it is a GET */
async function answerTo(
  url: string,
  token: string,
  body: string | undefined,
): Promise<{ status: number | undefined; answer: unknown }> {
  const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
  const headers = {
    'x-sluice-token': token,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }),
  };
  return await new Promise((resolve, reject) => {
    request(url, { agent, signal, headers, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      json(response).then((answer) => resolve({ status: response.statusCode, answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

import type { ServerResponse } from 'node:http';
import { CliError } from '../cli-error.ts';
import { explainError } from '../pipeline/aws-error.ts';

/** What is wrong with a request, by a word that programs read. */
export type RefusalCode =
  | 'wrong-host'
  | 'wrong-origin'
  | 'wrong-token'
  | 'wrong-method'
  | 'wrong-content-type'
  | 'wrong-request'
  | 'no-such-page'
  | 'not-allowed'
  | 'read-only'
  | 'too-large'
  | 'too-slow'
  | 'stopping'
  | 'failed';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  'wrong-host': 403,
  'wrong-origin': 403,
  'wrong-token': 401,
  'wrong-method': 405,
  'wrong-content-type': 415,
  'wrong-request': 400,
  'no-such-page': 404,
  'not-allowed': 403,
  'read-only': 403,
  'too-large': 413,
  'too-slow': 408,
  stopping: 503,
  failed: 502,
};

/** A request that the console does not serve: answered as `{ "code": "wrong-token", "message": "…", "nextStep": "…" }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly nextStep: string | undefined;

  constructor(code: RefusalCode, message: string, nextStep?: string) {
    super(message);
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** What an error is to the page: a refusal, or an error in an operator's words; nothing where it is a mistake of the program's own. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const known = explainError(error);
  return known instanceof CliError ? new Refusal('failed', known.message, known.nextStep) : undefined;
}

/** How long the rest of a body that nobody wants is read over, so that its sender comes to read the answer. */
const READ_OVER_MS = 5_000;

/** Answers a refusal; where an answer has begun already, it can only be broken off. */
export function refuse(response: ServerResponse, { code, message, nextStep }: Refusal): void {
  const { req: incoming } = response;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(STATUS[code], {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(code === 'wrong-method' && { allow: 'GET, HEAD, POST' }),
  });
  response.end(JSON.stringify({ code, message, ...(nextStep !== undefined && { nextStep }) }));
  if (incoming.complete) return;
  incoming.resume();
  const cut = setTimeout(() => incoming.destroy(), READ_OVER_MS);
  incoming.once('close', () => clearTimeout(cut));
}

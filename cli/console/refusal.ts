import type { ServerResponse } from 'node:http';

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

/** Answers a refusal; where an answer has begun already, it can only be broken off. */
export function refuse(response: ServerResponse, { code, message, nextStep }: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // a body that nobody reads must not keep the connection
  const isRead = response.req.complete;
  response.writeHead(STATUS[code], {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(code === 'wrong-method' && { allow: 'GET, HEAD, POST' }),
    ...(!isRead && { connection: 'close' }),
  });
  response.end(JSON.stringify({ code, message, ...(nextStep !== undefined && { nextStep }) }));
}

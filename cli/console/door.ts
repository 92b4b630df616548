import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** How a page names this server: any other name only resolves to this machine (DNS rebinding). */
const HOSTNAMES = ['127.0.0.1', 'localhost'];

/** @throws Refusal unless the request means this server by a name of this machine */
export function checkHost({ headers: { host } }: IncomingMessage, port: number): void {
  if (HOSTNAMES.some((name) => host === `${name}:${port}`)) return;
  throw new Refusal(
    'wrong-host',
    `host ${JSON.stringify(host ?? '')} is not this console`,
    `open http://127.0.0.1:${port}/ with the token that was printed at its start`,
  );
}

/**
 * Lets in what the console's own page of this start sends, and nothing else. A page of another origin, another port of this
 * machine too, cannot send these headers without being asked, and the browser is never told that it may.
 *
 * @param contentType that the path wants
 * @throws Refusal
 */
export function checkCaller({ headers }: IncomingMessage, token: string, contentType: string): void {
  const { host = '', origin } = headers;
  if (origin !== `http://${host}`) {
    throw new Refusal(
      'wrong-origin',
      origin === undefined
        ? 'the request does not say which page it comes from'
        : `a page of ${JSON.stringify(origin)} may ask nothing here`,
      `send origin: http://${host}`,
    );
  }
  const { 'sec-fetch-site': site = 'same-origin', 'sec-fetch-mode': mode = 'same-origin' } = headers;
  if (site !== 'same-origin' || mode === 'navigate') {
    throw new Refusal('wrong-origin', `a request of the kind ${site}, ${mode} may ask nothing here`);
  }
  if (!isSame(headers['x-sluice-token'], token)) {
    throw new Refusal(
      'wrong-token',
      'the token is not that of this start of the console',
      'open the address that was printed at its start; each start has a token of its own',
    );
  }
  if (headers['content-type']?.replace(/;.*/s, '').trim().toLowerCase() !== contentType) {
    throw new Refusal(
      'wrong-content-type',
      `content-type ${JSON.stringify(headers['content-type'] ?? '')} is not ${contentType}`,
      `send content-type: ${contentType}`,
    );
  }
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string | string[] | undefined, token: string): boolean {
  if (typeof given !== 'string') return false;
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

const MOST_BYTES = 1024 * 1024;
const LONGEST_MS = 30_000;

/** The JSON object that a request carries: at most 1 MB, within 30 seconds. @throws Refusal */
export async function readBody(incoming: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    value = JSON.parse(await textOf(incoming));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('wrong-request', `the body is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('wrong-request', 'the body is no JSON object');
  }
  return { ...value };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  if (Number(incoming.headers['content-length'] ?? 0) > MOST_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), LONGEST_MS);
  try {
    return await new Promise((resolve, reject) => {
      slow.signal.addEventListener('abort', () =>
        reject(new Refusal('too-slow', `the body has not come within ${LONGEST_MS / 1_000} seconds`)),
      );
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) reject(tooLarge());
        else chunks.push(chunk);
      });
      incoming.once('end', () => resolve(Buffer.concat(chunks).toString()));
      incoming.once('error', reject);
    });
  } finally {
    clearTimeout(timer);
    incoming.removeAllListeners('data');
  }
}

const tooLarge = (): Refusal =>
  new Refusal('too-large', `the body is larger than ${MOST_BYTES} bytes`, 'send less at a time');

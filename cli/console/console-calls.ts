import { version } from '../version.ts';
import type { ConsoleRequest } from './console-request.ts';
import { allowedCommand } from './allowed-command.ts';
import { download } from './download.ts';
import { readBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { typedTarget } from './typed-target.ts';

interface ConsoleCall {
  readonly contentType: string;
  readonly answer: (request: ConsoleRequest) => Promise<void>;
}

const JSON_TYPE = 'application/json';

const CALLS: Readonly<Record<string, ConsoleCall>> = {
  '/api/session': { contentType: JSON_TYPE, answer: session },
  '/api/verb': { contentType: JSON_TYPE, answer: verb },
  '/api/upload': { contentType: 'application/octet-stream', answer: upload },
  '/api/download': { contentType: JSON_TYPE, answer: download },
};

/** @throws Refusal where the console has no such call */
export function callAt(path: string): ConsoleCall {
  const call = Object.hasOwn(CALLS, path) ? CALLS[path] : undefined;
  if (call !== undefined) return call;
  throw new Refusal('no-such-page', `the console has no ${path}`, `one of ${Object.keys(CALLS).join(', ')}`);
}

/** `{}` → what the page must know of this console and its pipeline. */
async function session({
  incoming,
  response,
  target,
  readOnly,
  startCommand,
  pipeline,
}: ConsoleRequest): Promise<void> {
  await readBody(incoming);
  using connected = await pipeline.lend();
  const { deployment, ingestBucket, consumers } = connected.pipeline;
  const answer = {
    version: version(),
    deployment,
    readOnly,
    bucket: ingestBucket,
    consumers: consumers.map(({ name }) => name),
    startCommand,
    typedTarget: typedTarget(target, deployment),
  };
  response.writeHead(200, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer));
}

/** `{"args":["dead","list"]}` → the verb's lines. */
async function verb({ incoming, response, readOnly, runs }: ConsoleRequest): Promise<void> {
  const { args } = await readBody(incoming);
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === 'string')) {
    throw new Refusal('wrong-request', 'args is no list of texts', 'send {"args":["status"]}');
  }
  await runs.answer(allowedCommand(args, readOnly), response);
}

/** The body becomes the object `?key=…`: `put - KEY`, and its lines. One that is broken off leaves nothing. */
async function upload({
  incoming,
  response,
  query,
  readOnly,
  runs,
  pipeline,
}: ConsoleRequest): Promise<void> {
  const key = query.get('key');
  if (key === null || key === '') throw new Refusal('wrong-request', 'no key is given', 'send ?key=KEY');
  if (readOnly) {
    throw new Refusal('read-only', 'this console only looks', 'start it without --read-only');
  }
  using connected = await pipeline.lend();
  const location = `s3://${connected.pipeline.ingestBucket}/${key}`;
  await runs.answer(
    { args: ['put', '--json'], words: ['-', location], takesLetters: false },
    response,
    incoming,
  );
}

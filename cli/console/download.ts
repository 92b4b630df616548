import { Readable, Writable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Streams } from '../terminal/terminal.ts';
import type { ConsoleRequest } from './console-request.ts';
import { readBody } from './read-body.ts';
import { refuse, Refusal } from './refusal.ts';

/** `{"key":"csv/a.csv"}` → the object's bytes, as a file to keep: `get`. What breaks off is no whole file. */
export async function download({ incoming, response, runs, pipeline }: ConsoleRequest): Promise<void> {
  const { key, versionId } = await readBody(incoming);
  if (typeof key !== 'string' || key === '') throw new Refusal('wrong-request', 'no key is given');
  if (versionId !== undefined && typeof versionId !== 'string') {
    throw new Refusal('wrong-request', 'versionId is no text');
  }
  using connected = await pipeline.lend();
  const location = `s3://${connected.pipeline.ingestBucket}/${key}`;
  const stdout = attachment(response, key);
  const streams: Streams = {
    stdin: Readable.from([]) as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: new Writable({ write: (_, __, done) => done() }) as unknown as NodeJS.WriteStream,
  };
  const args = ['get', ...(versionId === undefined ? [] : [`--version-id=${versionId}`])];
  const { exitCode, failure } = await runs.run(
    { args, words: [location, '-'], takesLetters: false },
    streams,
    response,
  );
  if (exitCode !== 0) {
    refuse(
      response,
      new Refusal('failed', failure?.message ?? `get ended with ${exitCode}`, failure?.nextStep),
    );
    return;
  }
  stdout.end();
  await finished(stdout);
}

/** Bytes become the answer once the first of them is there: until then it can still be a refusal. */
function attachment(response: ServerResponse, key: string): Writable {
  const begin = (): void => {
    if (response.headersSent) return;
    const name = key.replace(/^.*\/(?=.)/s, '');
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${fileNameText(name)}`,
      'cache-control': 'no-store',
    });
  };
  return new Writable({
    write(chunk: Buffer, _, done) {
      begin();
      if (response.destroyed || response.write(chunk)) {
        done();
        return;
      }
      const go = (): void => {
        response.off('drain', go);
        response.off('close', go);
        done();
      };
      response.on('drain', go);
      response.on('close', go);
    },
    final(done) {
      begin();
      response.end();
      // a page that is gone takes no end
      finished(response).then(
        () => done(),
        () => done(),
      );
    },
  });
}

/** As RFC 8187 writes a name of any characters: `a%20b%28%C3%BC%29.csv`. @see https://www.rfc-editor.org/rfc/rfc8187 */
const fileNameText = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );

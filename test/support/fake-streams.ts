import { PassThrough } from 'node:stream';
import type { Streams } from '../../cli/terminal/terminal.ts';

export interface FakeStreams extends Streams {
  readonly out: () => string;
  readonly err: () => string;
}

/** Streams of a command line inside the test's process: a terminal of so many columns, or pipes. */
export function fakeStreams(columns?: number): FakeStreams {
  const stream = () =>
    Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    out: text(stdout),
    err: text(stderr),
  };
}

function text(source: PassThrough): () => string {
  let read = '';
  source.on('data', (chunk: Buffer) => (read += chunk.toString()));
  return () => read;
}

import { Readable, Writable } from 'node:stream';
import type { Streams } from '../terminal/terminal.ts';

/** One line of a verb's answer, as the page reads it. */
export type AnswerLine =
  | { readonly type: 'data' | 'note'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly label: string;
      readonly done: number;
      readonly total: number | null;
    }
  | {
      readonly type: 'end';
      readonly exitCode: number;
      readonly error?: { readonly message: string; readonly nextStep?: string };
    };

/**
 * Streams of a verb that runs inside a server: what it prints becomes lines of an answer as it comes, and it prints no
 * faster than they are taken.
 *
 * @param tell takes a line; its promise resolves when more may come
 */
export function verbStreams(
  tell: (line: AnswerLine) => Promise<void>,
  stdin: Readable = Readable.from([]),
): Streams {
  // a verb looks at what a terminal's stream has beyond these, and finds that it is none
  return {
    stdin: stdin as NodeJS.ReadStream,
    stdout: data(tell) as unknown as NodeJS.WriteStream,
    stderr: notes(tell) as unknown as NodeJS.WriteStream,
    onProgress: ({ label, done, total = null }) => void tell({ type: 'progress', label, done, total }),
  };
}

function data(tell: (line: AnswerLine) => Promise<void>): Writable {
  // an item of a list comes by itself, of a character cut in two both halves
  const decoder = new TextDecoder();
  return new Writable({
    write(chunk: Buffer, _, done) {
      settle(tell({ type: 'data', text: decoder.decode(chunk, { stream: true }) }), done);
    },
    writev(chunks, done) {
      const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer));
      settle(tell({ type: 'data', text: decoder.decode(bytes, { stream: true }) }), done);
    },
  });
}

/** Each line of a text is a note. */
function notes(tell: (line: AnswerLine) => Promise<void>): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _, done) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      settle(Promise.all(lines.map((text) => tell({ type: 'note', text }))), done);
    },
    final(done) {
      settle(rest === '' ? Promise.resolve() : tell({ type: 'note', text: rest }), done);
    },
  });
}

function settle(promise: Promise<unknown>, done: (error?: Error) => void): void {
  promise.then(() => done(), done);
}

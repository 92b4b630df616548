import type { IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { FrameReader, toFrame } from './frame.ts';

/** What a call to DynamoDB gave. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A call under way. */
interface Exchange {
  readonly answer: Promise<Answer>;
  /** Gives it up: `answer` rejects with that, and what still comes is not read. */
  cancel(reason: Error): void;
}

/** What the table store reads of a request. */
const PASSED_ON = ['content-type', 'x-amz-target', 'authorization', 'x-amz-date', 'date'] as const;

const MOST_CONNECTIONS = 64;

/**
 * The connections to the table store's socket: one call at a time goes over each, in frames and not in HTTP, which would cost both
 * processes more than the call itself.
 */
export class TableStoreConnections {
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: (() => void)[] = [];

  /** @param socketPath of the table store that there is now */
  exchange(socketPath: string, headers: IncomingHttpHeaders, body: Buffer): Exchange {
    const call = new Call(headers, body);
    const begin = (): void => {
      if (call.isOver) this.#next();
      else (this.#idle.pop() ?? this.#open(socketPath)).begin(call);
    };
    if (this.#idle.length > 0 || this.#all.size < MOST_CONNECTIONS) begin();
    else this.#waiting.push(begin);
    return call;
  }

  /** Ends them all, and the calls that are under way. */
  destroy(): void {
    for (const connection of this.#all) connection.destroy();
  }

  #open(socketPath: string): Connection {
    const connection = new Connection(socketPath, {
      onIdle: () => {
        this.#idle.push(connection);
        this.#next();
      },
      onClose: () => {
        this.#all.delete(connection);
        const index = this.#idle.indexOf(connection);
        if (index !== -1) this.#idle.splice(index, 1);
        this.#next();
      },
    });
    this.#all.add(connection);
    return connection;
  }

  #next(): void {
    this.#waiting.shift()?.();
  }
}

class Call implements Exchange {
  readonly frame: Buffer;
  readonly answer: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  isOver = false;
  onCancel: () => void = () => {};

  constructor(headers: IncomingHttpHeaders, body: Buffer) {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.frame = toFrame(Object.fromEntries(PASSED_ON.map((name) => [name, headers[name]])), body);
    this.answer = promise;
    this.resolve = resolve;
    this.#reject = reject;
  }

  fail(error: Error): void {
    this.isOver = true;
    this.#reject(error);
  }

  cancel(reason: Error): void {
    this.fail(reason);
    this.onCancel();
  }
}

/** One call after another. */
class Connection {
  readonly #socket: Socket;
  #call: Call | undefined;

  constructor(path: string, told: { onIdle(): void; onClose(): void }) {
    let trouble: Error | undefined;
    const reader = new FrameReader<Omit<Answer, 'body'>>(({ head, body }) => {
      const call = this.#call;
      this.#call = undefined;
      call?.resolve({ ...head, body });
      told.onIdle();
    });
    this.#socket = connect(path)
      .on('data', (piece) => reader.push(piece))
      .on('error', (error) => {
        trouble = error;
      })
      .once('close', () => {
        this.#call?.fail(trouble ?? new Error('the table store has closed the connection'));
        told.onClose();
      });
  }

  begin(call: Call): void {
    this.#call = call;
    call.onCancel = () => this.destroy();
    this.#socket.write(call.frame);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

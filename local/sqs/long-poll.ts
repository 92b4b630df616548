import type { ReceivedMessage } from './messages.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

/** The caller's: whether it still waits for the answer. */
export interface Connection {
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** Receives at once, or as soon as there is something, or nothing once the time is up. A caller that has hung up takes no messages with it. */
export async function longPoll(
  sqs: Sqs,
  queue: Queue,
  waitSeconds: number,
  connection: Connection,
  receive: () => ReceivedMessage[],
): Promise<ReceivedMessage[]> {
  const received = receive();
  if (received.length > 0 || waitSeconds === 0) return received;
  return await new Promise((resolve, reject) => {
    const end = (messages: ReceivedMessage[]): void => {
      stopListening();
      stopWaiting();
      resolve(messages);
    };
    const stopListening = sqs.onMessages(queue, () => {
      if (connection.destroyed) return;
      try {
        const messages = receive();
        if (messages.length > 0) end(messages);
      } catch (error) {
        reject(error);
      }
    });
    const stopWaiting = sqs.clock.after(waitSeconds * 1_000, () => end([]));
    connection.once('close', () => end([]));
  });
}

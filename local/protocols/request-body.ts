import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';
import { BodyRoom } from './body-room.ts';

/** A request whose body is still to come, or has been read by the door. */
interface WithBody {
  readonly incoming: IncomingMessage;
  readonly body?: Buffer | undefined;
}

// the largest legal request is ten messages of 1 MiB
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** For all requests at a time: whoever sends many large bodies at once waits. */
const room = new BodyRoom(4 * LARGEST_BODY_BYTES);

/** The whole body of a request. @throws AwsError `RequestEntityTooLarge`; what is left of the body is read over then */
export async function readBody(
  { incoming, body }: WithBody,
  largestBytes = LARGEST_BODY_BYTES,
): Promise<Buffer> {
  if (body !== undefined && body.length <= largestBytes) return body;
  const claimedBytes = Number(incoming.headers['content-length'] ?? largestBytes);
  if (body !== undefined || claimedBytes > largestBytes) throw tooLarge(incoming, largestBytes);
  using _ = await room.take(claimedBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // a refused body must not take the connection down: the client would never read the refusal
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBytes) break;
    chunks.push(chunk);
  }
  if (bytes > largestBytes) throw tooLarge(incoming, largestBytes);
  return Buffer.concat(chunks);
}

function tooLarge(incoming: IncomingMessage, largestBytes: number): AwsError {
  incoming.resume();
  return new AwsError('RequestEntityTooLarge', `the body is larger than ${largestBytes} bytes`, 413);
}

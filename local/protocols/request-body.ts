import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** A request whose body is still to come, or has been read by the door. */
interface WithBody {
  readonly incoming: IncomingMessage;
  readonly body?: Buffer | undefined;
}

// the largest legal request is ten messages of 1 MiB
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** The whole body of a request. @throws AwsError `RequestEntityTooLarge` */
export async function readBody(
  { incoming, body }: WithBody,
  largestBytes = LARGEST_BODY_BYTES,
): Promise<Buffer> {
  if (body !== undefined && body.length <= largestBytes) return body;
  if (body !== undefined) throw tooLarge(largestBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBytes) throw tooLarge(largestBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (largestBytes: number) =>
  new AwsError('RequestEntityTooLarge', `the body is larger than ${largestBytes} bytes`, 413);

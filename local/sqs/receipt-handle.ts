import { AwsError } from '../protocols/aws-error.ts';

/** One receive of a message, as its handle names it. The next receive makes the handle useless. */
interface Receive {
  readonly id: number;
  readonly receipt: string;
}

export function receiptHandle({ id, receipt }: Receive): string {
  return Buffer.from(`${id}:${receipt}`).toString('base64');
}

/** @throws AwsError `ReceiptHandleIsInvalid` */
export function parseHandle(handle: string): Receive {
  const [, id, receipt] =
    /^(\d{1,15}):([\w-]{16})$/.exec(Buffer.from(handle, 'base64').toString('latin1')) ?? [];
  if (id === undefined || receipt === undefined) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle ${JSON.stringify(handle)} is invalid.`,
    );
  }
  return { id: Number(id), receipt };
}

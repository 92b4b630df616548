import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { CliError } from './cli-error.ts';
import type { Pipeline } from './pipeline.ts';
import { pause } from './pause.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 200;

/** As JSON without the two characters that a message must not hold, and JSON does not escape by itself. */
const messageBody = (envelope: object): string =>
  JSON.stringify(envelope).replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

/**
 * Sends up to ten backfill envelopes in one request; a key has at most 1,024 bytes, so that ten are far below what a
 * request may have. What SQS refuses for now is sent again, a little later each time.
 *
 * @throws CliError when some are refused to the end; the others were sent
 */
export async function sendBatch(
  { sqs }: Pipeline,
  queueUrl: string,
  envelopes: readonly object[],
): Promise<void> {
  let left = envelopes;
  for (let tries = 1; left.length > 0; tries++) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: left.map((envelope, index) => ({
          Id: String(index),
          MessageBody: messageBody(envelope),
        })),
      }),
    );
    const [first] = Failed;
    if (first === undefined) return;
    if (first.SenderFault === true || tries === TRIES) {
      throw new CliError(`${queueUrl} refused a message: ${first.Code} ${first.Message ?? ''}`, {
        nextStep: 'run the same command again: a repetition changes no row',
      });
    }
    left = Failed.flatMap(({ Id }) => left[Number(Id)] ?? []);
    await pause(FIRST_WAIT_MS * 2 ** (tries - 1));
  }
}

import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { loggedLine } from '../../cli/logs/log-events.ts';
import { differs, type Bench, type Check } from './belief.ts';

const UPLOADS = 50;

export const BURST_CHECK: Check = {
  belief:
    'each of fifty uploads at once is in its row within the batching window and the visibility timeout of its queue (how long they took is told, not judged)',
  async run(bench) {
    const { prefix, put, row, tell } = bench;
    const mostSeconds = await longestWait(bench);
    const startedAt = new Date();
    const keys = Array.from({ length: UPLOADS }, (_, at) => `${prefix}burst/${at}.txt`);
    const seconds = await Promise.all(
      keys.map(async (key) => {
        await put(key);
        const answeredMs = performance.now();
        // looked for four times a second
        await row('metadata', key, () => true);
        return (performance.now() - answeredMs) / 1_000;
      }),
    );
    const worked = await workedMs(bench, `${prefix}burst/`, startedAt);
    tell(`from upload to row: ${spread(seconds, 's', 1)}; ${mostSeconds} s are allowed`);
    tell(`of that the function worked on each, by its log so far: ${spread(worked, 'ms', 0)}`);
    return differs(Math.max(...seconds) <= mostSeconds, { seconds, mostSeconds });
  },
};

/** In seconds: an event waits for its batch, and comes again when the batch has not ended in time. */
async function longestWait({ sqs, lambda, outputs }: Bench): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: outputs['MetadataWriterQueueUrl'],
      AttributeNames: ['VisibilityTimeout'],
    }),
  );
  const { EventSourceMappings: [mapping] = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: outputs['MetadataWriterFunctionName'] }),
  );
  return Number(Attributes?.['VisibilityTimeout']) + (mapping?.MaximumBatchingWindowInSeconds ?? 0);
}

/** What the lines of the function say, of the events that a stage logs and that the log has by now. */
async function workedMs(
  { logs, outputs }: Bench,
  prefix: string,
  startTime: Date,
): Promise<readonly number[]> {
  const pages = paginateFilterLogEvents(
    { client: logs },
    {
      logGroupName: outputs['MetadataWriterLogGroupName'],
      startTime: startTime.getTime(),
      filterPattern: `{ $.key = "${prefix}*" }`,
    },
  );
  const found: number[] = [];
  for await (const { events = [] } of pages) {
    for (const { message = '' } of events) {
      const ms = loggedLine(message)?.duration_ms;
      if (typeof ms === 'number') found.push(ms);
    }
  }
  return found;
}

function spread(values: readonly number[], unit: string, digits: number): string {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) =>
    `${(sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(digits)} ${unit}`;
  return sorted.length === 0 ? 'nothing' : `${at(0.5)} (median of ${sorted.length}), ${at(1)} at most`;
}

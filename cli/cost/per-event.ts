import { batchOf, gbSecondsOf, logBytesOf, sqsRequestsOf, workOf, type Workload } from './consumer-work.ts';
import type { costDocument } from './cost-document.ts';
import { callsOf } from './event-calls.ts';
import { PRICES } from './price-table.ts';
import type { ConsumerFacts, TemplateFacts } from './template.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** What one event takes of AWS at one consumer. */
export type PerEvent = DocumentOf<typeof costDocument>['perEvent'][number];

/**
 * For each consumer with a function what a live event takes, and one that comes again by a replay. Of what several events share, such as
 * an invocation, each has its part, by as many as come at the workload's rate.
 */
export function perEvent(workload: Workload, { consumers }: TemplateFacts): readonly PerEvent[] {
  return consumers
    .filter(({ target }) => target === undefined)
    .flatMap((consumer) => [false, true].map((isReplayed) => ofEvent(consumer, isReplayed, workload)));
}

function ofEvent(consumer: ConsumerFacts, isReplayed: boolean, workload: Workload): PerEvent {
  const batch = batchOf(consumer, workOf(consumer, workload).events);
  const calls = callsOf(consumer, isReplayed, batch);
  const sqsRequests = sqsRequestsOf(batch);
  const logBytes = logBytesOf(consumer, isReplayed, batch);
  return {
    consumer: consumer.id,
    isReplayed,
    eventsPerInvocation: batch,
    sdkCalls: Object.fromEntries(Object.entries(calls).filter(([, count]) => count > 0)),
    sqsRequests,
    writeUnits: calls.PutItem,
    readUnits: calls.GetItem,
    logBytes,
    usdPerMillion:
      sqsRequests * PRICES.sqsMillionRequests +
      PRICES.lambdaMillionRequests / batch +
      gbSecondsOf(consumer, isReplayed, batch, workload) * 1e6 * PRICES.lambdaGbSecond +
      calls.PutItem * PRICES.dynamoDbMillionWriteUnits +
      calls.GetItem * PRICES.dynamoDbMillionReadUnits +
      calls.PutObject * 1e3 * PRICES.s3ThousandPuts +
      calls.GetObject * 1e3 * PRICES.s3ThousandGets +
      (logBytes / 1e3) * PRICES.logsIngestedGb,
  };
}

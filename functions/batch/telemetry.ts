import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { EventLogger } from './event-logger.ts';
import { withLoggedCounts } from './logged-counts.ts';
import { ShortLines } from './short-lines.ts';

/** The function's logger and metrics; both take the service name and the namespace from the environment. */
export const logger = new Logger({ logFormatter: new ShortLines() });
export const metrics = new Metrics();

/** A logger for the lines about one event. */
export function eventLogger(event: ObjectEvent, messageId: string | undefined): EventLogger {
  const ofS3 = event.origin === 'backfill' ? undefined : event;
  return new EventLogger(logger, {
    bucket: event.bucket,
    key: event.key,
    event_name: event.eventName,
    origin: ofS3 === undefined ? 'backfill' : undefined,
    sequencer: ofS3?.sequencer,
    replay_name: ofS3?.replayName,
    request_id: ofS3?.requestId,
    message_id: messageId,
  });
}

/** What is counted: events by what became of them, and messages that failed or were given up. */
export type Tally = 'Recorded' | 'Superseded' | 'Skipped' | 'DeadLettered' | 'Failed';

export function tally(name: Tally, count = 1): void {
  if (count > 0) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
}

/** Measures how long an event took from S3 until now; of live events only, since a replay's and a backfill's are old. */
export function measureAge(event: ObjectEvent): void {
  if (event.origin !== 'backfill' && event.replayName === undefined) {
    metrics.addMetric(
      'EventAge',
      MetricUnit.Milliseconds,
      Math.max(0, Date.now() - Date.parse(event.eventTime)),
    );
  }
}

/** Prints what was counted, once an invocation; with nothing counted Powertools would print a warning instead. */
export function publishMetrics(): void {
  if (!metrics.hasStoredMetrics()) return;
  const logged = process.env['LOGGED_COUNTS'];
  if (logged === undefined) {
    metrics.publishStoredMetrics();
    return;
  }
  const line = withLoggedCounts(metrics.serializeMetrics(), new Set(logged.split(',')));
  metrics.clearMetrics();
  metrics.clearDimensions();
  metrics.clearMetadata();
  // as it is, where Lambda would put the time and more before a line of the console
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

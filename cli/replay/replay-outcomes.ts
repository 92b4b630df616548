import { errorText } from '../fate/attempts.ts';
import { fieldIs, logEvents, parsedLine } from '../logs/log-events.ts';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';

/** What a replay has brought about at a consumer, by its log. */
export interface ReplayOutcomes {
  readonly consumer: string;
  /** Stored: recomputed by a raised revision, or brought for the first time. */
  readonly recomputed: number;
  /** The store showed the event, or a newer one, before. */
  readonly alreadyThere: number;
  /** The consumer keeps nothing for such a name. */
  readonly skipped: number;
  /** The same event more than once: at-least-once delivery. Of a consumer of whole batches null: its log counts only. */
  readonly duplicates: number | null;
  /** Tries that failed, of which some may have succeeded since. */
  readonly failed: number;
  /** Of the last try that failed. */
  readonly lastError?: string;
}

/** Reads the functions' logs since the replay's start; in AWS lines arrive some seconds late. */
export async function replayOutcomes(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  replayName: string,
  since: Date,
): Promise<readonly ReplayOutcomes[]> {
  return await Promise.all(
    consumers.map(async (consumer) => {
      const counts = { recorded: 0, superseded: 0, skipped: 0, failed: 0 };
      let lastError: string | undefined;
      const seen = new Set<string>();
      let duplicates: number | null = 0;
      for await (const { message } of logEvents(pipeline, consumer, {
        since,
        filterPattern: fieldIs('replay_name', replayName),
      })) {
        const line = parsedLine(message) ?? {};
        if (line['replay_name'] !== replayName) continue;
        const what = line['message'];
        if (what === 'batch') {
          duplicates = null;
          for (const name of ['recorded', 'superseded', 'skipped', 'failed'] as const) {
            counts[name] += Number(line[name] ?? 0);
          }
        } else if (what === 'failed, to be tried again' || what === 'dead-lettered') {
          lastError = errorText(line['error']) ?? lastError;
          // a whole batch has counted them
          if (duplicates !== null) counts.failed++;
        } else if (what === 'recorded' || what === 'superseded' || what === 'skipped') {
          counts[what]++;
          const event = JSON.stringify([line['key'], line['sequencer'], line['event_name']]);
          if (seen.has(event) && duplicates !== null) duplicates++;
          seen.add(event);
        }
      }
      const { recorded: recomputed, superseded: alreadyThere, skipped, failed } = counts;
      return {
        consumer: consumer.name,
        recomputed,
        alreadyThere,
        skipped,
        duplicates,
        failed,
        ...(lastError !== undefined && { lastError }),
      };
    }),
  );
}

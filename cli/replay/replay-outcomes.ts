import type { replayOutcomesSchema } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { outcomeIn } from '../../shared/log-fields.ts';
import { errorText } from '../fate/attempts.ts';
import { fieldIs, logEvents, loggedLine } from '../logs/log-events.ts';
import { hasFunction, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

export type ReplayOutcomes = DocumentOf<typeof replayOutcomesSchema>;

/** What the replay brought about at each consumer that has a function. Reads the functions' logs since the replay's start; in AWS lines arrive some seconds late. */
export async function replayOutcomes(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  replayName: string,
  since: Date,
): Promise<readonly ReplayOutcomes[]> {
  return await Promise.all(
    consumers.filter(hasFunction).map(async (consumer) => {
      const counts = { recorded: 0, superseded: 0, skipped: 0, failed: 0 };
      let lastError: string | undefined;
      const seen = new Set<string>();
      let duplicates: number | null = 0;
      for await (const { message } of logEvents(pipeline, consumer, {
        since,
        filterPattern: fieldIs('replay_name', replayName),
      })) {
        const line = loggedLine(message);
        if (line?.replay_name !== replayName) continue;
        const outcome = outcomeIn(line);
        if (line.events !== undefined) {
          duplicates = null;
          for (const name of ['recorded', 'superseded', 'skipped', 'failed'] as const) {
            counts[name] += Number(line[name] ?? 0);
          }
        } else if (outcome === 'failed' || outcome === 'dead-lettered') {
          lastError = errorText(line.error) ?? lastError;
          // a whole batch has counted them
          if (duplicates !== null) counts.failed++;
        } else if (outcome !== undefined) {
          counts[outcome]++;
          const event = JSON.stringify([line.key, line.sequencer, line.event_name]);
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

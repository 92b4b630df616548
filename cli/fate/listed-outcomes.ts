import { parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import { concurrently } from '../../shared/concurrency.ts';
import type { CurrentObject } from '../objects/current-objects.ts';
import { versionsOf, type ObjectVersion } from '../objects/object-versions.ts';
import type { CliError } from '../cli-error.ts';
import { toCliError } from '../pipeline/asked.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { busEvent, type Route } from '../pipeline/routing.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { rowEvidence } from './evidence.ts';
import type { outcomesByConsumer } from './fate-document.ts';
import { keptLetters } from './kept-letters.ts';
import { listedOutcome, type ListedAt, type ListedOutcome } from './listed-outcome.ts';
import { rowsOfKeys } from './rows-of-keys.ts';
import { KnownStanding, type StandingAt } from './standing.ts';
import { EVENT_IS_LATE_MS } from './event-is-late.ts';
import { queueWaits } from './queue-waits.ts';

export type OutcomesByConsumer = DocumentOf<typeof outcomesByConsumer>;

const LOOKED_AT_ALONE = 100;
const AT_A_TIME = 8;

/**
 * What became of each of these objects at each consumer, in one look for all of them: rows a hundred at a time, the letters once,
 * and on this machine what the runtime knows. The words are those of `fateOf`, which reads the ledger's lines, what is kept
 * in objects, and logs too: where only these could tell, it is `unknown` here.
 *
 * @param objects as the bucket holds them now, at most a thousand
 * @param onRefused told of a consumer whose queue or table is refused: its outcomes are `unknown` then. @default it is thrown
 */
export async function listedOutcomes(
  pipeline: Pipeline,
  routes: readonly Route[],
  objects: readonly CurrentObject[],
  signal: AbortSignal,
  onRefused?: (consumer: string, error: CliError) => void,
): Promise<ReadonlyMap<string, OutcomesByConsumer>> {
  const look = await PageLook.begin(pipeline, routes, objects, signal);
  return await look.outcomes(async (consumer, found) => {
    try {
      return await found();
    } catch (error) {
      // one consumer's queue or table that is refused hides nothing of the others
      if (onRefused === undefined || signal.aborted) throw error;
      onRefused(consumer, toCliError(error, pipeline.deployment));
      return undefined;
    }
  });
}

/** Gives undefined where what was asked of a consumer was refused. */
type Attempt = (
  consumer: string,
  found: () => Promise<ReadonlyMap<string, ListedOutcome>>,
) => Promise<ReadonlyMap<string, ListedOutcome> | undefined>;

/** A consumer, the objects of the page that its rule wants, and what is known of them. */
interface ConsumerLook {
  readonly route: Route;
  readonly wanted: ReadonlySet<string>;
  readonly standing: () => Promise<(key: string) => StandingAt>;
}

class PageLook {
  readonly #pipeline: Pipeline;
  readonly #objects: readonly CurrentObject[];
  readonly #looks: readonly ConsumerLook[];

  private constructor(pipeline: Pipeline, objects: readonly CurrentObject[], looks: readonly ConsumerLook[]) {
    this.#pipeline = pipeline;
    this.#objects = objects;
    this.#looks = looks;
  }

  /** Looks at what waits and what was given up, before the rows are read: what is done meanwhile agrees by then. */
  static async begin(
    pipeline: Pipeline,
    routes: readonly Route[],
    objects: readonly CurrentObject[],
    signal: AbortSignal,
  ): Promise<PageLook> {
    const { control } = pipeline;
    const known =
      control === undefined
        ? undefined
        : await KnownStanding.of(
            control,
            pipeline,
            objects.map(({ key }) => key),
          );
    const events = objects.map(({ key, isDeleteMarker, ...version }) => ({
      key,
      event: parseEvent(busEvent(pipeline, { key, ...version, isDeleted: isDeleteMarker })),
    }));
    const looks = routes.map((route): ConsumerLook => {
      const { consumer, matcher } = route;
      const wanted = new Set(events.filter(({ event }) => matcher.matches(event)).map(({ key }) => key));
      if (known !== undefined) {
        return { route, wanted, standing: async () => (key) => known.at(consumer, key) };
      }
      const standing = async () => {
        const letters = wanted.size === 0 ? [] : await keptLetters(pipeline, consumer, signal);
        const byKey = Map.groupBy(
          letters.flatMap((letter) => letter.events),
          ({ key }) => key,
        );
        return (key: string) => ({
          waits: undefined,
          letters: byKey.get(key) ?? [],
          done: [],
          sent: [],
        });
      };
      return { route, wanted, standing };
    });
    return new PageLook(pipeline, objects, looks);
  }

  async outcomes(attempt: Attempt): Promise<ReadonlyMap<string, OutcomesByConsumer>> {
    const now = this.#pipeline.control === undefined ? new Date() : undefined;
    const byConsumer = await Promise.all(
      this.#looks.map(async (look) => {
        const { name } = look.route.consumer;
        return { name, wanted: look.wanted, found: await attempt(name, () => this.#outcomesAt(look, now)) };
      }),
    );
    return new Map(
      this.#objects.map(({ key }) => [
        key,
        Object.fromEntries(
          byConsumer.map(({ name, wanted, found }) => [
            name,
            wanted.has(key) ? (found?.get(key) ?? 'unknown') : 'not-matched',
          ]),
        ),
      ]),
    );
  }

  /** @param now in AWS, where an event that is late cannot be seen */
  async #outcomesAt(
    { route, wanted, standing }: ConsumerLook,
    now: Date | undefined,
  ): Promise<ReadonlyMap<string, ListedOutcome>> {
    const pipeline = this.#pipeline;
    const { consumer } = route;
    const standingAt = await standing();
    const objects = this.#objects.filter(({ key }) => wanted.has(key));
    const table = consumer.kind === 'function' ? rowTableOf(pipeline, consumer) : undefined;
    const rows =
      table === undefined
        ? undefined
        : await rowsOfKeys(
            pipeline,
            table,
            objects.map(({ key }) => key),
          );
    // asked once for all, and only where an outcome hangs on it
    let depth: Promise<boolean> | undefined;
    const judge = async ({ key, ...object }: CurrentObject, versions?: readonly ObjectVersion[]) => {
      const version: ObjectVersion = versions?.[0] ?? { ...object, isLatest: true };
      const row = rows?.get(key);
      const at: ListedAt = {
        key,
        version,
        ...(rows !== undefined && {
          row,
          evidence: rowEvidence(row, { key, version, versions: versions ?? [version] }),
        }),
        standing: standingAt(key),
        mayWait: async () => {
          if (now === undefined) return false;
          if (now.getTime() - Date.parse(version.lastModified) < EVENT_IS_LATE_MS) return true;
          depth ??= queueWaits(pipeline, consumer);
          return await depth;
        },
      };
      return await listedOutcome(pipeline, route, at);
    };
    const found = new Map<string, ListedOutcome>();
    const odd: CurrentObject[] = [];
    for (const object of objects) {
      const outcome = await judge(object);
      found.set(object.key, outcome);
      if (outcome === 'removed-by-version') odd.push(object);
    }
    // only all versions of a key tell whether the row is of one that came meanwhile, or is gone
    await concurrently(odd.slice(0, LOOKED_AT_ALONE), AT_A_TIME, async (object) => {
      const versions = await versionsOf(pipeline, object.key);
      found.set(object.key, versions.length === 0 ? 'unknown' : await judge(object, versions));
    });
    for (const { key } of odd.slice(LOOKED_AT_ALONE)) found.set(key, 'unknown');
    return found;
  }
}

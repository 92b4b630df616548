import type { PipelineUnderTest } from '../../support/pipeline.ts';
import { waitFor } from '../../support/wait-for.ts';
import { addTo, countsText, fateLines } from '../figures.ts';
import { redrive, replay } from '../work/operations.ts';
import type { Workload } from '../work/workload.ts';
import { changesBetween, violationsIn, wentDown } from './invariants.ts';
import { Observer, rowsIn } from './observed.ts';

type Rows = Awaited<ReturnType<typeof rowsIn>>;

const DAYS_30_MS = 30 * 86_400_000;
/** How long `sluice redrive` hides the letters that it has taken. */
const IN_HAND_MS = 60_000;

/** Holds a pipeline against what was done to it. */
export class Accounting {
  readonly #observer = new Observer();
  readonly #workload: Workload;
  readonly #redriven = new Map<string, number>();
  #before: Rows = { rows: [], counts: [] };

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  get eventsHeard(): number {
    return this.#observer.accepted.size;
  }

  /** To be called before the first change. */
  async listen(pipeline: PipelineUnderTest): Promise<void> {
    await this.#observer.listen(pipeline);
  }

  /** I5, in the middle of the work, as soon as the tables answer. */
  async look(pipeline: PipelineUnderTest): Promise<void> {
    let last: unknown;
    await waitFor(
      async () => {
        try {
          this.#compare(await rowsIn(pipeline));
          return true;
        } catch (error) {
          if (error instanceof BrokenPromiseError) throw error;
          last = error;
          return false;
        }
      },
      () => `the tables to answer: ${String(last)}`,
      60_000,
    );
  }

  /** Lets it come to rest, redrives what there is, and checks everything. @throws Error with what is broken */
  async settle(pipeline: PipelineUnderTest): Promise<void> {
    await pipeline.drain(DAYS_30_MS);
    // nothing waits for letters: what a killed redrive had in hand is back by itself
    await pipeline.advance(IN_HAND_MS);
    for (const [name, count] of await redrive(pipeline)) addTo(this.#redriven, name, count);
    await pipeline.drain(DAYS_30_MS);
    const { acknowledged, poisons, contents } = this.#workload;
    const observed = { ...(await this.#observer.observe(pipeline)), acknowledged, poisons, contents };
    refuse(violationsIn(observed));
    this.#compare(observed);
  }

  /** I3: plays everything again, twice, and settles. @returns figures as lines @throws Error with what is broken */
  async close(pipeline: PipelineUnderTest): Promise<string[]> {
    const before = await rowsIn(pipeline);
    for (const time of ['once', 'twice']) {
      await replay(pipeline, `chaos-${time}-more`);
      await pipeline.drain(DAYS_30_MS);
    }
    await this.settle(pipeline);
    const after = await rowsIn(pipeline);
    refuse([...changesBetween(before.rows, after.rows), ...changesBetween(before.counts, after.counts)]);
    const { tally } = await pipeline.status();
    const invocations = pipeline.logs().split('START RequestId').length - 1;
    return [
      `accepted         ${this.eventsHeard} events, ${this.#workload.acknowledged.length} of them acknowledged to the client; ${invocations} invocations in the kept logs`,
      ...fateLines(this.#observer.accepted.values()),
      `letters redriven ${countsText(this.#redriven)}`,
      `tally            ${countsText(new Map(Object.entries(tally)))}`,
      `lost 0, foreign effects 0, duplicate effects on rows 0 (all replayed twice at the end), sequencers gone down 0`,
    ];
  }

  #compare(after: Rows): void {
    refuse([...wentDown(this.#before.rows, after.rows), ...wentDown(this.#before.counts, after.counts)]);
    this.#before = { rows: [...after.rows], counts: [...after.counts] };
  }
}

/** What the pipeline promises was not so. */
class BrokenPromiseError extends Error {
  override readonly name = 'BrokenPromiseError';
}

/** @throws BrokenPromiseError with how many of each invariant there are, and the first */
function refuse(violations: readonly string[]): void {
  if (violations.length === 0) return;
  const byInvariant = Map.groupBy(violations, (line) => line.slice(0, line.indexOf(' ')));
  throw new BrokenPromiseError(
    byInvariant
      .values()
      .map(([first, ...more]) => (more.length === 0 ? first : `${first} (and ${more.length} more)`))
      .toArray()
      .join('; '),
  );
}

import { join } from 'node:path';
import { seeded, type Random } from '../../support/random.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { Accounting } from '../accounting/accounting.ts';
import { addTo, countsText, seedText } from '../figures.ts';
import { comesOfAStrike } from '../expected-errors.ts';
import { Workload } from '../work/workload.ts';
import { Lives } from './lives.ts';
import { STRIKE_NAMES, STRIKES, type StrikeName, type Target } from './strikes.ts';

export interface CyclesOptions {
  readonly cycles: number;
  readonly seed: number;
  /** Called with a line about each cycle. */
  readonly tell: (line: string) => void;
  /** Asked before each cycle: whether the figures so far are to do. @default never */
  readonly isToEnd?: () => boolean;
}

const OPERATIONS_PER_CYCLE = 60;
const STRIKES_PER_CYCLE = 4;
const WORKERS = 6;

/**
 * Works on one pipeline, strikes it, lets it drain and holds it against its promise, again and again on one data folder.
 *
 * @returns the figures, as lines @throws Error that says what was broken, and how to do it again
 */
export async function chaosCycles({
  cycles,
  seed,
  tell,
  isToEnd = () => false,
}: CyclesOptions): Promise<string[]> {
  const began = performance.now();
  const random = seeded(seed);
  using disk = smallDisk('size=400m');
  const dataDir = join(disk?.path ?? temporaryFolder('chaos'), 'data');
  await using lives = await Lives.begin(dataDir);
  const workload = new Workload(random, comesOfAStrike);
  const upload: Target['upload'] = async (pipeline) => workload.putCsv(pipeline);
  const target: Target = { lives, random, disk, upload };
  const accounting = new Accounting(workload);
  await accounting.listen(await lives.current());
  const deck = new Deck(random);
  const struck = new Map<string, number>();
  let done = 0;
  while (done < cycles && !isToEnd()) {
    const cycle = done + 1;
    const strikes = Array.from({ length: STRIKES_PER_CYCLE }, () => deck.draw());
    const about = `seed=${seedText(seed)} cycle=${cycle} strikes=[${strikes.join(', ')}]`;
    const again = `npm run chaos -- --seed ${seedText(seed)} --cycles ${cycle}`;
    try {
      await workUnderStrikes(target, workload, strikes, async () => accounting.look(await lives.current()));
      await accounting.settle(await lives.current());
    } catch (error) {
      throw new Error(`FAIL ${(error as Error).message} ${about} -> ${again}`, { cause: error });
    }
    for (const strike of strikes) addTo(struck, strike);
    done = cycle;
    tell(`cycle ${cycle}: ${strikes.join(', ')}; ${accounting.eventsHeard} events so far, none lost`);
  }
  const lines = await accounting.close(await lives.current());
  return [
    `seed ${seedText(seed)}, ${done} cycles in ${((performance.now() - began) / 1_000).toFixed(0)} s, ${lives.starts} starts`,
    `operations       ${countsText(workload.done)}; not answered ${workload.unanswered}`,
    `strikes          ${countsText(struck)}${disk === undefined ? ' (the disk could not be filled: this user may mount none)' : ''}`,
    ...lines,
  ];
}

/** Some hands do one thing after the other; the strikes come in between, at moments of the seed. */
async function workUnderStrikes(
  target: Target,
  workload: Workload,
  strikes: readonly StrikeName[],
  look: () => Promise<void>,
): Promise<void> {
  const { lives, random } = target;
  const { now } = await (await lives.current()).status();
  workload.beginAt(Date.parse(now));
  let left = OPERATIONS_PER_CYCLE;
  const worker = async (): Promise<void> => {
    try {
      while (left > 0) {
        left--;
        await workload.step(await lives.current());
      }
    } catch (error) {
      // the others end too
      left = 0;
      throw error;
    }
  };
  const moments = strikes.map(() => random(OPERATIONS_PER_CYCLE)).toSorted((one, other) => other - one);
  const striker = async (): Promise<void> => {
    for (const [index, strike] of strikes.entries()) {
      await waitFor(() => left <= moments[index]!, 'the work to go on', 120_000);
      await STRIKES[strike](target);
      await look();
    }
  };
  // a strike that is under way ends before its pipeline is taken away
  const ended = await Promise.allSettled([...Array.from({ length: WORKERS }, worker), striker()]);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Deals every strike once, in random order, before it deals one again. */
class Deck {
  readonly #random: Random;
  #left: StrikeName[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  draw(): StrikeName {
    if (this.#left.length === 0) this.#left = [...STRIKE_NAMES];
    return this.#left.splice(this.#random(this.#left.length), 1)[0]!;
  }
}

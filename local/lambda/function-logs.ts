import type { Clock } from '../clock.ts';
import { log } from '../log.ts';
import { keptLine } from '../logs/kept-log.ts';
import { Tally } from '../storage/tally.ts';
import type { Store } from '../store.ts';
import type { FunctionPlan } from '../plan.ts';
import { LogFile, logFile } from './function-log.ts';

/** Where the log of each group is kept, by the group's name. */
export const logFiles = (
  folder: string,
  functions: readonly Pick<FunctionPlan, 'logGroupName'>[],
): ReadonlyMap<string, string> =>
  new Map(functions.map(({ logGroupName }) => [logGroupName, logFile(folder, logGroupName)]));

/** The kept logs of all functions: a file per log group. */
export class FunctionLogs {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #files = new Map<string, LogFile>();

  constructor(store: Store, clock: Clock, folder: string) {
    this.#store = store;
    this.#clock = clock;
    this.#folder = folder;
  }

  write(logGroupName: string, line: string): void {
    const file = this.#files.get(logGroupName) ?? this.#open(logGroupName);
    file.write(keptLine(this.#clock.now(), line));
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }

  #open(logGroupName: string): LogFile {
    const opened = new LogFile(this.#folder, logGroupName, undefined, (file) => {
      new Tally(this.#store).add('dropped-logs');
      log('the older of the two files of a log is gone, since the newer one was full', { file });
    });
    this.#files.set(logGroupName, opened);
    return opened;
  }
}

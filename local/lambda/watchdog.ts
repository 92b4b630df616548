import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Keeps the process groups to be killed; a line that begins with `+` adds one, with `-` takes it off. The input ends
 * when the runtime does, however it does.
 */
const SCRIPT = `
groups=' '
while read -r sign group; do
  case "$sign" in
    +) groups="$groups$group " ;;
    -) case "$groups" in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

/**
 * A small shell beside the runtime that kills the functions' processes when the runtime is gone.
 *
 * After `kill -9` the runtime can do nothing any more, and a handler that never lets its event loop turn notices
 * nothing. A watching thread in each child would do too, but takes 12 MB of the function's memory.
 */
export class Watchdog {
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;
  #stopped = false;

  /** @param pid of a process that leads its own group */
  watch(pid: number): void {
    this.#groups.add(pid);
    this.#tell(`+ ${pid}\n`);
  }

  /** Call it as soon as the process has ended: its number may be given to another one. */
  unwatch(pid: number): void {
    if (this.#groups.delete(pid)) this.#tell(`- ${pid}\n`);
  }

  /** Kills what is still watched. */
  stop(): void {
    this.#stopped = true;
    this.#shell?.stdin?.end();
  }

  #start(): ChildProcess {
    // a session of its own: Ctrl-C, and a signal to the runtime's group, are not for it
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
      cwd: '/',
    });
    shell.once('error', (error) => {
      throw new Error(`/bin/sh cannot be started to watch over the functions' processes: ${error.message}`, {
        cause: error,
      });
    });
    shell.stdin.on('error', () => {
      // it was killed: 'exit' starts another
    });
    shell.once('exit', () => {
      if (this.#stopped) return;
      this.#shell = undefined;
      for (const group of this.#groups) this.#tell(`+ ${group}\n`);
    });
    shell.unref();
    return shell;
  }

  #tell(line: string): void {
    if (this.#stopped) return;
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(line);
  }
}

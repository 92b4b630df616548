import { onParentGone } from '../shared/parent-gone.ts';
import { sluice } from './command-line.ts';

/** One Ctrl-C may come twice: from the terminal, and passed on by sluice.mjs. */
const SAME_SIGNAL_MS = 300;

// The first signal lets the verb finish its step and say how far it went; the second one ends the process.
const interruption = new AbortController();
let interruptedAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruptedAt ??= performance.now();
    interruption.abort();
    if (performance.now() - interruptedAt > SAME_SIGNAL_MS) process.exit(130);
  });
}
// npx, or sluice.mjs, may be killed: nobody waits for the verb then
onParentGone(() => interruption.abort());
// A reader that has seen enough (`sluice ls | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`sluice: cannot write to stdout: ${error.message}\n`);
  process.exit(1);
});

const { stdin, stdout, stderr } = process;
process.exitCode = await sluice(process.argv.slice(2), { stdin, stdout, stderr }, interruption.signal);

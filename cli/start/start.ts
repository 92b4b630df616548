// `npm start`.
import { onParentGone } from '../../shared/parent-gone.ts';
import { start } from './start-command.ts';

process.exitCode = await start('npm start', process.argv.slice(2), stopSignal());

/** Aborts at the first Ctrl-C or SIGTERM, and when the `npm` that started this is gone; a second signal ends the process at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(130));
      stop.abort();
    });
  }
  onParentGone(() => stop.abort());
  return stop.signal;
}

// DynamoDB, in a process of its own: the busiest part of a local run must not hold up the gateway.
// Started by dynalite-process.ts with the path of its socket and the folder of its tables; says `waiting` over the channel when
// another process has them open, and `listening` when it listens.
import { createRequire, flushCompileCache } from 'node:module';
import { pause } from '../../shared/pause.ts';
import { installIndexBuilder } from './index-builder.ts';
import { rememberingParser } from './remembering-parser.ts';
import { tableStoreServer } from './table-store-server.ts';

const require = createRequire(import.meta.url);
for (const name of ['conditionParser', 'projectionParser', 'updateParser']) {
  // dynalite asks the module for its function each time
  require(`dynalite/db/${name}`).parse = rememberingParser(`dynalite/db/${name}`).parse;
}

// the child of a runtime that was killed ends a moment after it, on a busy machine a long one
const LOCK_WAIT_MS = 15_000;
const LOOK_AGAIN_MS = 50;

// the parent has stopped, or was killed; what was written is on its way to the disk in any case
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// a signal to every process of the runtime is not for this one: it is the parent that decides when to stop
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

// dynalite throws what LevelDB says of a file that turns out damaged; the runtime hears it in words, and starts another
process.on('uncaughtException', (error) =>
  end(error.code?.startsWith('LEVEL_') === true ? trouble(error.cause ?? error) : error.stack),
);

// others on this machine have no business in the tables
process.umask(0o077);

const [socketPath, path] = process.argv.slice(2);
await seeThatTheyOpen(path);
installIndexBuilder();
const { default: dynalite } = await import('dynalite');
const [handler] = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }).listeners(
  'request',
);
// dynalite's own server is not opened: its handler answers what comes in frames
tableStoreServer(handler).listen(socketPath, () => {
  process.send('listening');
  // it is killed in the end, and could not do it then
  flushCompileCache();
});

/** dynalite itself would listen, and leave every request without an answer. */
async function seeThatTheyOpen(folder) {
  const { Level } = createRequire(import.meta.resolve('dynalite'))('level');
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (let tries = 1; ; tries++) {
    const tables = new Level(folder);
    try {
      await tables.open();
      return await tables.close();
    } catch ({ message, cause = { message } }) {
      if (cause.code !== 'LEVEL_LOCKED' || performance.now() > deadline) {
        end(trouble(cause));
      }
      if (tries === 1) process.send('waiting');
      await pause(LOOK_AGAIN_MS);
    }
  }
}

function end(words) {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}

function trouble({ code, message }) {
  if (code === 'LEVEL_LOCKED') return `another program has it open (${message}); end that one`;
  if (code !== 'LEVEL_CORRUPTION') return `${message}; mend that, or choose another folder with --data-dir`;
  return `it is damaged (${message}); put a copy of it back, or move it away, start again, and have the rows made anew: sluice replay, then sluice verify --repair`;
}

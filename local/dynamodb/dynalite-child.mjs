// DynamoDB, in a process of its own: the busiest part of a local run must not hold up the gateway.
// Started by dynalite.ts with the path of its socket and the folder of its tables; says over the channel when it listens.
import { createRequire } from 'node:module';
import dynalite from 'dynalite';
import { rememberingParser } from './remembering-parser.ts';

const require = createRequire(import.meta.url);
for (const name of ['conditionParser', 'projectionParser', 'updateParser']) {
  // dynalite asks the module for its function each time
  require(`dynalite/db/${name}`).parse = rememberingParser(`dynalite/db/${name}`).parse;
}

// others on this machine have no business in the tables
process.umask(0o077);

const [socketPath, path] = process.argv.slice(2);
await seeThatTheyOpen(path);
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.listen(socketPath, () => process.send('listening'));
// an idle SDK connection is kept for longer than Node's own five seconds
server.keepAliveTimeout = 65_000;

// a signal to every process of the runtime is not for this one: it is the parent that decides when to stop
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
// the parent has stopped, or was killed; what was written is on its way to the disk in any case
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** dynalite itself would listen, and leave every request without an answer. */
async function seeThatTheyOpen(folder) {
  const { Level } = createRequire(import.meta.resolve('dynalite'))('level');
  const tables = new Level(folder);
  try {
    await tables.open();
    await tables.close();
  } catch ({ message, cause = { message } }) {
    process.stderr.write(`${trouble(cause)}\n`);
    process.exit(1);
  }
}

function trouble({ code, message }) {
  if (code === 'LEVEL_LOCKED') return `another program has it open (${message}); end that one`;
  if (code !== 'LEVEL_CORRUPTION') return `${message}; mend that, or choose another folder with --data-dir`;
  return `it is damaged (${message}); put a copy of it back, or move it away, start again, and have the rows made anew: sluice replay, then sluice verify --repair`;
}

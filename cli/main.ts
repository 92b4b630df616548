import { sluice } from './command-line.ts';

// The first Ctrl-C lets the verb finish its step and say how far it went; the second one ends the process.
const interruption = new AbortController();
process.once('SIGINT', () => {
  interruption.abort();
  process.once('SIGINT', () => process.exit(130));
});
// A reader that has seen enough (`sluice ls | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { stdin, stdout, stderr } = process;
process.exitCode = await sluice(process.argv.slice(2), { stdin, stdout, stderr }, interruption.signal);

/**
 * What a process writes that ends by an error, or a rejection, that nobody handled: Node its own version at the end,
 * `npm start`, or `sluice start` in an app that has the package, the error with its stack.
 */
const LAST_WORDS = /^Node\.js v\d+\.\d+\.\d+$|^(?:npm|sluice) start: .*\n +at /m;

/** What a function's log says of such an error outside of its handler's own promise. */
const IN_LOG = /Unhandled Promise Rejection|Uncaught Exception/;

/** @throws Error with all that the process wrote, when it ended by an error that nobody handled */
export function refuseCrash(program: string, stderr: string): void {
  if (LAST_WORDS.test(stderr)) {
    throw new Error(`${program} ended by an error that nobody handled:\n${stderr}`);
  }
}

/** @throws Error with the line, when a function's log tells of an error that nobody handled */
export function refuseUnhandledIn(logs: ReadonlyMap<string, string>): void {
  for (const [file, text] of logs) {
    const line = text.split('\n').find((each) => IN_LOG.test(each));
    if (line !== undefined) throw new Error(`a function had an error that nobody handled: ${file}: ${line}`);
  }
}

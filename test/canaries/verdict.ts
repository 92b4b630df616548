/** What became of one test. */
export interface TestRun {
  /** `a redrive > deletes nothing that SQS did not take` */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** First lines of what it failed with. */
  readonly errors: readonly string[];
}

/** What became of the tests of a file. */
export interface FileRun {
  readonly tests: readonly TestRun[];
  /** What went wrong outside of every test: the file, or what it imports, could not be loaded. */
  readonly errors: readonly string[];
}

export type Verdict =
  | 'passed'
  | 'caught'
  /** The tests could not even begin. That notices no mistake: any slip of the pen would do as much. */
  | 'not loaded'
  /** A test was cut off by vitest's own limit: it says nothing of what is wrong, and takes long to say it. */
  | 'timed out'
  /** The machine lacks what the test needs, and the test says so. */
  | 'skipped'
  | 'no such test';

/** What a run of the named tests says. Only a test that ran and failed has noticed something. */
export function verdictOf({ tests, errors }: FileRun): Verdict {
  if (errors.length > 0) return 'not loaded';
  if (tests.length === 0) return 'no such test';
  const failed = tests.filter(({ state }) => state === 'failed');
  if (failed.some((test) => !isCutOff(test))) return 'caught';
  if (failed.length > 0) return 'timed out';
  return tests.some(({ state }) => state === 'passed') ? 'passed' : 'skipped';
}

const isCutOff = ({ errors }: TestRun): boolean =>
  errors.every((error) => /^(Test|Hook) timed out in \d+ms/.test(error));

/** What a verb ends with, for scripts. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  nothingMatched: 3,
  partlyDone: 4,
  unhealthy: 5,
  notReachable: 6,
  noCredentials: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

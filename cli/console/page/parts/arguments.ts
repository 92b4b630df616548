/**
 * A command line is its verb, its flags, and behind `--` its words. What comes from outside stands as `--reason=…`: a text `--`
 * by itself would end the flags.
 */

/** A command line with more flags, before the words behind `--`: `['pause', '--dry-run', '--', 'x']`. */
export function withFlags(args: readonly string[], ...flags: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? [...args, ...flags] : [...args.slice(0, end), ...flags, ...args.slice(end)];
}

/** As a person would type it: `--` stands only where a word could be taken for a flag. */
export function typedArguments(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  const isNeeded = args.slice(end + 1).some((word) => word.startsWith('-'));
  return end === -1 || isNeeded ? args : args.toSpliced(end, 1);
}

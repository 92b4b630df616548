import { shellQuoted } from '../terminal/shell-word.ts';
import { CliError } from '../cli-error.ts';

export const SHELLS = ['sh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** What a shell is to set, and what it is to forget since it would win over that. */
export interface ShellVariables {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

interface Dialect {
  readonly quoted: (value: string) => string;
  readonly set: (name: string, quoted: string) => string;
  readonly unset: (name: string) => string;
}

const DIALECTS: Readonly<Record<Shell, Dialect>> = {
  sh: {
    quoted: shellQuoted,
    set: (name, quoted) => `export ${name}=${quoted}`,
    unset: (name) => `unset ${name}`,
  },
  fish: {
    quoted: (value) => `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`,
    set: (name, quoted) => `set -gx ${name} ${quoted}`,
    unset: (name) => `set -e ${name}`,
  },
  powershell: {
    quoted: (value) => `'${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`,
    set: (name, quoted) => `$env:${name} = ${quoted}`,
    unset: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  },
};

/**
 * Lines that a shell evaluates: `export AWS_REGION='eu-west-1'`. A value is quoted, so that nothing in it is run.
 *
 * @throws CliError on a value with a control character, which is no name of anything in AWS
 */
export function shellLines({ set, unset }: ShellVariables, shell: Shell): string[] {
  const dialect = DIALECTS[shell];
  return [
    ...unset.map(dialect.unset),
    ...Object.entries(set).map(([name, value]) => {
      if (/\p{Cc}/u.test(value)) {
        throw new CliError(`${name} would hold a control character: ${JSON.stringify(value)}`);
      }
      return dialect.set(name, dialect.quoted(value));
    }),
  ];
}

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { promisify } from 'node:util';
import type { Place } from './check.ts';

/** For one program: on a busy machine the slowest was seen to take 15 s. */
const PATIENCE_MS = 120_000;

/** The CLI and boto3 must not look for other credentials. */
const SURROUNDINGS = {
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  PYTHONDONTWRITEBYTECODE: '1',
};

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a client's program, which signs with the place's credentials. @returns what it printed @throws Error with all that it said */
export async function run(
  { credentials }: Pick<Place, 'credentials'>,
  [path, ...args]: readonly [path: string, ...args: string[]],
  env: Record<string, string> = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, args, {
      env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...SURROUNDINGS, ...keysOf(credentials), ...env },
      maxBuffer: 16 * 1_024 ** 2,
      timeout: PATIENCE_MS,
    });
    return stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${path} ${args.join(' ')}: ${(stderr + stdout).trim() || (cause as Error).message}`, {
      cause,
    });
  }
}

const keysOf = ({ accessKeyId, secretAccessKey }: Place['credentials']) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** @throws Error with both when they differ */
export function same(what: string, found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is !== should) throw new Error(`${what}: ${is.slice(0, 300)}, wanted ${should.slice(0, 300)}`);
}

/** Reads a URL as anybody may who was given it. */
export async function fetchText(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text.slice(0, 500)}`);
  }
  return text;
}

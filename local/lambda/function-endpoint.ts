import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopback } from '../gateway/loopback.ts';
import type { FunctionPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

const FILES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

/**
 * On this machine a function's clients speak to this machine alone: a variable, or a file that one names, which would
 * lead one of them elsewhere is refused by name, before an event of a rehearsal reaches a real service.
 *
 * @throws UnsupportedFeatureError
 */
export function checkEndpoints({ name, environment, codeDir }: FunctionPlan): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (/^AWS_ENDPOINT_URL(_|$)/.test(variable) && !leadsHere(value)) {
      throw refusal(name, `${variable}=${value}`);
    }
    if (!FILES.includes(variable)) continue;
    const file = resolve(codeDir, value);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    for (const [, endpoint = ''] of text.matchAll(/^\s*endpoint_url\s*=\s*(\S+)/gm)) {
      if (!leadsHere(endpoint)) throw refusal(name, `${variable}=${value}, with endpoint_url = ${endpoint}`);
    }
  }
}

function refusal(functionName: string, what: string): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    `the environment of ${functionName} with ${what}: its clients would leave this machine`,
    'take it out of the template, or run this against AWS',
  );
}

function leadsHere(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's, and where else one is looked for: `CHROMIUM` names another. */
const CHROMIUM = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** Without a browser on this machine, its tests are skipped by name; where CI may install one, they fail. */
export const hasBrowser = CHROMIUM !== undefined;
if (!hasBrowser && process.env['BROWSER_IS_REQUIRED'] === '1') {
  throw new Error(
    'there is no Chromium, and this run may not skip its tests: install one, or name it with CHROMIUM',
  );
}

/** A real browser that talks to this machine alone. @param args more flags of Chromium */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM!,
    args: [
      // root has no sandbox of Chromium's to be in
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...args,
    ],
  });
}

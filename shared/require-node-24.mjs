// Loaded before the entry: by --import in a checkout, by the program itself in a package.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const isCheckout = existsSync(new URL('own-commands.ts', import.meta.url));

// an older Node could not even read a .ts entry, and would say only "unknown file extension"
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  const help = isCheckout
    ? 'Run `npm ci` and then the npm script: on Linux and on Windows (x64) the project brings its own Node 24 in node_modules/.bin; elsewhere install Node 24.'
    : 'Install Node 24 or newer, or give this project one: npm install --save-dev node@24.';
  process.stderr.write(`sluice runs on Node 24, and this is ${process.version}. ${help}\n`);
  process.exit(1);
}
// Node keeps what it has compiled, and our .ts files without their types: the next start need not do it again. Where the
// folder cannot be written, Node does without
module.enableCompileCache(cacheFolder());

/** Among what is installed, beside other tools' caches: never in the package, which is not ours to change there. */
function cacheFolder() {
  const [, installed] = /^(.*\/node_modules\/)/.exec(import.meta.url) ?? [];
  if (installed !== undefined) return fileURLToPath(new URL('.cache/sluice', installed));
  return fileURLToPath(
    new URL(isCheckout ? '../node_modules/.cache/node' : '../../node_modules/.cache/node', import.meta.url),
  );
}

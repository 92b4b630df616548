// Loaded by --import before the entry.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// an older Node could not even read a .ts entry, and would say only "unknown file extension"
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `sluice runs on Node 24, and this is ${process.version}. Run \`npm ci\` (without --ignore-scripts) and then the npm script: ` +
      `the project brings its own Node 24 in node_modules/.bin.\n`,
  );
  process.exit(1);
}
// Node keeps what it has compiled, and our .ts files without their types: the next start need not do it again
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));

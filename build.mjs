// `npm run build`: makes the package of a checkout. tsc writes JavaScript, types and source maps; what else the rooms hold lies beside
// them as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, bundleOptions } from './cli/console/bundle-page.ts';

const projectDir = import.meta.dirname;
const pageDir = join(projectDir, 'cli/console/page');
const outDir = resolve(process.argv[2] ?? join(projectDir, 'dist'));
const configFile = join(projectDir, 'tsconfig.build.json');
const { include: rooms } = JSON.parse(readFileSync(configFile, 'utf8'));

rmSync(outDir, { recursive: true, force: true });
const tsc = join(projectDir, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', configFile, '--outDir', outDir], {
  stdio: 'inherit',
});
// it has said what is wrong
if (status !== 0) process.exit(status ?? 1);
for (const room of rooms) {
  cpSync(join(projectDir, room), join(outDir, room), {
    recursive: true,
    // .mjs files went through tsc, for their imports; the ReadMes and AssemblyScript of a room are for who changes it
    filter: (path) =>
      path !== pageDir && !/\.(ts|mjs|as|md)$/.test(path) && basename(path) !== '.gitattributes',
  });
}
// the page lies there as a browser gets it: who installs the package needs nothing that it was made of
const outPageDir = join(outDir, 'cli/console/page');
await build({ ...bundleOptions(pageDir), outdir: outPageDir });
cpSync(join(pageDir, 'index.html'), join(outPageDir, 'index.html'));

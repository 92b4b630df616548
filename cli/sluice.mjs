#!/usr/bin/env node
// `npx sluice`. In a checkout, whatever Node calls it, the program itself runs on the project's own Node 24, as the npm scripts do.
// In a package it runs here, on the Node that calls it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
if (existsSync(path('main.ts'))) runOnOwnNode();
else {
  await import('../dist/shared/require-node-24.mjs');
  await import('../dist/cli/main.js');
}

function runOnOwnNode() {
  const ownNode = path('../node_modules/.bin/node');
  const child = spawn(
    existsSync(ownNode) ? ownNode : process.execPath,
    [
      '--import',
      new URL('../shared/require-node-24.mjs', import.meta.url).href,
      path('main.ts'),
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit' },
  );
  // The program answers signals, and this one waits for that. A terminal's Ctrl-C reaches both: the program takes the two
  // for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1);
  });
}

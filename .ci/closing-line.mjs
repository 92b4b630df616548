// Reads a log of `npm test` and prints the runner's totals as one plain line; fails when no test ran.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const log = stripVTControlCharacters(readFileSync(process.argv[2], 'utf8'));
const totals = log.split('\n').findLast((line) => /^\s*Tests\s+\d/.test(line));
if (totals === undefined) throw new Error('no closing line of the test runner in the log: no test ran');
const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(totals)?.[1] ?? 0);
if (count('passed') === 0) throw new Error(`no test passed: ${totals.trim()}`);
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);

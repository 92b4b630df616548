import { ORACLE_READERS } from './oracle-readers.ts';
import { askedCells, DOCUMENT, tableOf, versionsSentence, writeTable, type Asked } from './oracle-table.ts';

// Asks every reader how many rows each text has, and writes the table into docs/csv.md. Needs Python 3.11.
const names = Object.keys(ORACLE_READERS) as Asked[];
const cells = new Map(await Array.fromAsync(names, async (name) => [name, await askedCells(name)] as const));
writeTable(`${versionsSentence()}\n\n${tableOf(cells)}`);
console.log(`${DOCUMENT}: the table is written`);

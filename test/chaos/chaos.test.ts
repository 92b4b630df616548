import { expect, test } from 'vitest';
import { throughProxy } from './proxy/through-proxy.ts';
import { STRIKE_NAMES } from './strikes/strikes.ts';
import { chaosCycles } from './strikes/cycles.ts';

test('a pipeline keeps its promise over five cycles of work, in which every strike comes once at least', async () => {
  const lines = await chaosCycles({ cycles: 5, seed: 0x5109ce, tell: () => {} });

  const struck = lines.find((line) => line.startsWith('strikes'));
  expect(STRIKE_NAMES.filter((name) => !struck!.includes(`${name} `))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^lost 0, foreign effects 0, duplicate effects on rows 0/);
}, 900_000);

test('a pipeline keeps its promise while every kind of fault meets the requests of every client', async () => {
  const lines = await throughProxy({ operations: 100, seed: 0x5109ce, percent: 12 });

  expect(lines.find((line) => line.startsWith('faults'))!.split(', ')).toHaveLength(11);
  expect(lines.at(-1)).toMatch(/^lost 0, foreign effects 0, duplicate effects on rows 0/);
}, 900_000);

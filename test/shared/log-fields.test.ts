import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outcomeIn, type LoggedLine } from '../../shared/log-fields.ts';

const LOG_OF_0_1 = new URL(
  '../fixtures/data-folder-0.1/logs/Sluice-dev-MetadataWriterLog4813862F.log',
  import.meta.url,
);

describe('a line of a function’s log', () => {
  test.each([
    [{ outcome: 'recorded', message: 'any text' }, 'recorded'],
    [{ outcome: 'failed', message: 'failed, to be tried again' }, 'failed'],
    [{ message: 'failed, to be tried again' }, 'failed'],
    [{ outcome: 'counted' }, undefined],
    [{ outcome: 'counted', message: 'recorded' }, undefined],
    [{ message: 'counted' }, undefined],
    [{ message: { recorded: true } }, undefined],
    [{}, undefined],
  ])('%j tells the outcome %s', (line, outcome) => {
    expect(outcomeIn(line)).toBe(outcome);
  });

  test('that version 0.1 wrote tells its outcome by its text', () => {
    const lines = readFileSync(LOG_OF_0_1, 'utf8')
      .split('\n')
      .map((line) => line.slice(line.indexOf('\t') + 1))
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LoggedLine);

    const ofReadme = lines.filter(({ key }) => key === 'notes/readme.txt').map(outcomeIn);
    // once live, and once in the replay
    expect(ofReadme).toEqual(['recorded', 'superseded']);
  });
});

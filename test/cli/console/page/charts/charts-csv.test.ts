import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartsCsv } from '../../../../../cli/console/page/charts/charts-csv.ts';
import { measured, metricsDocument } from './metrics-sample.ts';

describe('charts as a CSV', () => {
  test('are a line for each period and consumer, with what was not measured left empty', () => {
    const lines = chartsCsv(
      metricsDocument(
        measured('writer', { events: [10, null, 0, 5], RowsCounted: [1, 2, 3, 4] }),
        measured('counter', {}),
        measured('other', {}),
      ),
      { consumers: ['writer', 'counter'] },
    ).split('\r\n');

    expect(lines[0]).toBe(
      'time,consumer,period_seconds,events,failed,functionErrors,ageP50Ms,ageP95Ms,ageP99Ms,waiting,oldestAgeSeconds,durationP50Ms,durationP95Ms,durationP99Ms,memoryMb,RowsCounted',
    );
    expect(lines.slice(1, 4)).toEqual([
      '2026-11-20T19:02:00.000Z,writer,10,10,,,,,,,,,,,,1',
      '2026-11-20T19:02:00.000Z,counter,10,,,,,,,,,,,,,',
      '2026-11-20T19:02:10.000Z,writer,10,,,,,,,,,,,,,2',
    ]);
    expect(lines).toHaveLength(10);
  });

  test('have no cell that a spreadsheet takes for a formula, whatever a function calls its metrics', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.constantFrom('=', '+', '-', '@', '\t', '\r', ''),
          fc.string({ unit: 'grapheme', maxLength: 12 }),
        ),
        ([first, rest]) => {
          const name = `${first}${rest}`;
          fc.pre(name !== '' && name !== '__proto__');
          const [header] = parse(
            chartsCsv(metricsDocument(measured('writer', { [name]: [1, 2, 3, 4] })), { consumers: [] }),
            { record_delimiter: '\r\n' },
          );

          const cells = header!.filter((cell) => /^[=+\-@\t\r]/.test(cell));
          expect(cells).toEqual([]);
          expect(header).toContain(/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
        },
      ),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { keptPlace } from '../../../cli/status/kept-place.ts';
import { keepsText } from '../../../shared/keeps.ts';
import { consumerNamed, mockedPipeline } from '../../support/mocked-pipeline.ts';

function placeOf(name: string, outputs: Readonly<Record<string, string>> = {}) {
  const pipeline = mockedPipeline({ outputs });
  return keptPlace(pipeline, consumerNamed(pipeline, name));
}

describe('where a consumer keeps its work', () => {
  test.each([
    ['rows in a table', 'metadata-writer', undefined, { kind: 'rows', place: 'uploads' }],
    [
      'lines in the output bucket',
      'ledger-exporter',
      undefined,
      { kind: 'lines', place: 's3://output/ledger/' },
    ],
    [
      'objects in the output bucket',
      'ledger-exporter',
      { LedgerExporterKeeps: keepsText({ objects: 'small/' }) },
      { kind: 'objects', place: 's3://output/small/' },
    ],
    ['nothing', 'ledger-exporter', { LedgerExporterKeeps: keepsText('nothing') }, { kind: 'nothing' }],
  ])('is said of %s', (_, name, outputs, keeps) => {
    expect(placeOf(name, outputs)).toEqual({ keeps, checks: [] });
  });

  test('is not known, and that is a failed check, in words of a version to come', () => {
    const { keeps, checks } = placeOf('ledger-exporter', { LedgerExporterKeeps: '{"photographs":"x/"}' });

    expect(keeps).toBeNull();
    expect(checks).toMatchObject([
      {
        name: 'ledger-exporter keeps',
        state: 'failed',
        detail: expect.stringContaining('LedgerExporterKeeps'),
      },
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { keepsText } from '../../../shared/keeps.ts';
import { notCompared } from '../../../cli/verify/not-compared.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

describe('what is not compared', () => {
  test('is the work of consumers that keep no rows, each with where to look instead', () => {
    const outputs = {
      CsvRowCounterKeeps: keepsText({ objects: 'rejects/' }),
      MetadataWriterKeeps: keepsText('nothing'),
    };

    expect(notCompared(mockedPipeline({ outputs }))).toEqual([
      {
        consumer: 'metadata-writer',
        keeps: 'nothing',
        note: 'metadata-writer keeps nothing: what it has done cannot be compared; sluice status tells what waits, fails or is a letter',
      },
      {
        consumer: 'csv-row-counter',
        keeps: 'objects',
        note: 'csv-row-counter keeps objects under rejects/, of some uploads or of all: what is missing cannot be told; sluice status KEY shows what there is',
      },
      {
        consumer: 'ledger-exporter',
        keeps: 'lines',
        note: 'ledger-exporter keeps lines under ledger/: whether each object has its line is not compared; sluice status KEY looks for one',
      },
    ]);
  });

  test('leaves out those that keep rows', () => {
    expect(notCompared(mockedPipeline()).map(({ consumer }) => consumer)).toEqual(['ledger-exporter']);
  });

  test('is not guessed where the stack says something that is not known', () => {
    expect(() => notCompared(mockedPipeline({ outputs: { LedgerExporterKeeps: '{"files":"x"}' } }))).toThrow(
      'the output LedgerExporterKeeps of stack Sluice-prod cannot be read',
    );
  });
});

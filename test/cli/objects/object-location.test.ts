import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, locationText } from '../../../cli/objects/object-location.ts';
import { pipelineInAws } from '../../support/mocked-aws.ts';

const pipeline = pipelineInAws();

describe('a location', () => {
  test.each([
    ['csv/a.csv', 'csv/a.csv'],
    ['/csv//a.csv', '/csv//a.csv'],
    ['s3://ingest/csv/a.csv', 'csv/a.csv'],
    ['S3://ingest/a', 'a'],
    ['s3://ingest', ''],
    ['s3://ingest/', ''],
    ['s3:///a', 'a'],
    ['s3x/a', 's3x/a'],
    ['', ''],
  ])('%j means the key %j', (location, key) => {
    expect(keyOf(location, pipeline)).toBe(key);
  });

  test.each(['s3://other/a', 's3://ingest2/a', 's3:a'])('%j is not in the ingest bucket', (location) => {
    expect(() => keyOf(location, pipeline)).toThrow('is not in the ingest bucket of Sluice-prod');
  });

  test('is as long as a key may be, in bytes', () => {
    expect(keyOf('ä'.repeat(512), pipeline)).toHaveLength(512);
    expect(() => keyOf(`${'ä'.repeat(512)}x`, pipeline)).toThrow('this has 1025');
  });

  test('of any key means that key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (key) => {
        expect(keyOf(locationText('ingest', key), pipeline)).toBe(key);
      }),
    );
  });
});

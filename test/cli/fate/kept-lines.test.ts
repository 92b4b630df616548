import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { lineEvidence } from '../../../cli/fate/kept-lines.ts';
import type { ObjectVersion } from '../../../cli/objects/object-versions.ts';
import { resetMocks, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

/** An object of lines: when it was written, and what is in it. */
interface Written {
  readonly at: string;
  /** A text is written as it stands. */
  readonly lines: readonly (object | string)[];
}

const HOUR = 'ledger/dt=2026-11-20/hour=11/';

/** The output bucket holds these. */
function outputHolds(objects: Readonly<Record<string, Written>>): void {
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = '' }: ListObjectsV2CommandInput) => ({
    Contents: Object.entries(objects)
      .filter(([key]) => key.startsWith(Prefix))
      .map(([key, { at }]) => ({ Key: encodeURIComponent(key), LastModified: new Date(at) })),
  }));
  for (const [Key, { lines }] of Object.entries(objects)) {
    const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    s3.on(GetObjectCommand, { Bucket: 'output', Key }).resolves({
      Body: { transformToString: async () => text } as never,
    });
  }
}

const VERSION: ObjectVersion = {
  versionId: 'v2',
  isLatest: true,
  isDeleteMarker: false,
  etag: 'e2',
  lastModified: '2026-11-20T11:30:00.000Z',
};

const evidence = (version: Partial<ObjectVersion> = {}, key = 'csv/a "1".csv') =>
  lineEvidence(mockedPipeline(), 'ledger/', { key, version: { ...VERSION, ...version }, versions: [] });

const line = (change: object = {}) => ({ object_key: 'csv/a "1".csv', version_id: 'v2', ...change });

const keysRead = () => s3.commandCalls(GetObjectCommand).map(({ args: [{ input }] }) => input.Key);
const prefixesListed = () =>
  s3.commandCalls(ListObjectsV2Command).map(({ args: [{ input }] }) => input.Prefix);

describe('the line about a version', () => {
  test('is found in the hour of its event, with the object that it is in', async () => {
    outputHolds({
      [`${HOUR}a b.jsonl`]: {
        at: '2026-11-20T11:30:09Z',
        lines: [line({ version_id: 'v1' }), line({ rows: 3 })],
      },
    });

    expect(await evidence()).toEqual({
      shows: 'this',
      stored: { ...line({ rows: 3 }), ledger_object: `${HOUR}a b.jsonl` },
    });
    expect(prefixesListed()).toEqual([HOUR]);
  });

  test.each<[what: string, one: object, shows: string]>([
    ['of the version', line(), 'this'],
    ['of another version', line({ version_id: 'v1' }), 'nothing'],
    ['of another version and the same ETag', line({ version_id: 'v1', etag: 'e2' }), 'nothing'],
    ['without a version, of the same ETag', line({ version_id: undefined, etag: 'e2' }), 'this'],
    ['without a version, of another ETag', line({ version_id: undefined, etag: 'e1' }), 'nothing'],
    [
      'that only mentions the key',
      { object_key: 'b', version_id: 'v2', copied_from: 'csv/a "1".csv' },
      'nothing',
    ],
  ])('is or is not one %s', async (_, one, shows) => {
    outputHolds({ [`${HOUR}x`]: { at: '2026-11-20T11:31:00Z', lines: [one] } });

    expect((await evidence()).shows).toBe(shows);
  });

  test('is found though its JSON escapes what is not ASCII', async () => {
    const escaped = String.raw`{"object_key":"csv\/\u00fc.csv","version_id":"v2"}`;
    outputHolds({ [`${HOUR}x`]: { at: '2026-11-20T11:31:00Z', lines: [escaped] } });

    expect((await evidence({}, 'csv/ü.csv')).shows).toBe('this');
  });

  test('is found beside one that is broken, and is not known to be missing where that is all', async () => {
    const broken = '{"object_key":"csv/b.csv","version_';
    const whole = { object_key: 'csv/b.csv', version_id: 'v2' };
    const at = '2026-11-20T11:31:00Z';
    outputHolds({ [`${HOUR}1`]: { at, lines: [broken] }, [`${HOUR}2`]: { at, lines: [whole] } });

    expect((await evidence({}, 'csv/b.csv')).shows).toBe('this');

    outputHolds({ [`${HOUR}1`]: { at, lines: ['{}', broken] } });

    expect(await evidence({}, 'csv/b.csv')).toEqual({
      shows: 'nothing',
      caveat: `line 2 of ${HOUR}1 cannot be read as JSON`,
    });
  });

  test('is looked for in what was written after it, the first of these first, and no further', async () => {
    outputHolds({
      [`${HOUR}1-before`]: { at: '2026-11-20T11:29:54.999Z', lines: [line()] },
      [`${HOUR}2-last`]: { at: '2026-11-20T11:50:00Z', lines: [line()] },
      [`${HOUR}3-second`]: { at: '2026-11-20T11:40:00Z', lines: [line()] },
      // as far off as the clocks may be
      [`${HOUR}4-first`]: { at: '2026-11-20T11:29:55Z', lines: [] },
    });

    expect(await evidence()).toMatchObject({ stored: { ledger_object: `${HOUR}3-second` } });
    expect(keysRead()).toEqual([`${HOUR}4-first`, `${HOUR}3-second`]);
  });

  test.each([
    ['2026-11-20T11:00:04.999Z', ['10', '11']],
    ['2026-11-20T11:00:05.000Z', ['11']],
    ['2026-11-20T11:59:54.999Z', ['11']],
    ['2026-11-20T11:59:55.000Z', ['11', '12']],
  ])('of an object of %s is looked for in the hours %j', async (lastModified, hours) => {
    outputHolds({});

    expect(await evidence({ lastModified })).toEqual({ shows: 'nothing' });
    expect(prefixesListed()).toEqual(hours.map((hour) => `ledger/dt=2026-11-20/hour=${hour}/`));
  });

  test.each([
    [200, { shows: 'nothing' }],
    [201, { shows: 'nothing', caveat: 'only 200 objects under ledger/ were read' }],
  ])('is given up after 200 objects: of %d', async (count, expected) => {
    const names = Array.from({ length: count }, (_, index) => `${HOUR}${index}`);
    outputHolds(Object.fromEntries(names.map((name) => [name, { at: '2026-11-20T11:31:00Z', lines: [] }])));

    expect(await evidence()).toEqual(expected);
    expect(keysRead()).toHaveLength(200);
  });
});

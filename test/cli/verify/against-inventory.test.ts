import { BatchGetCommand, type BatchGetCommandInput } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';
import { Verification } from '../../../cli/verify/verify.ts';
import { NOW, resetMocks, tables } from '../../support/mocked-aws.ts';
import {
  bucketHolds,
  lookUpsFind,
  queriesFind,
  type HeldObject,
  type HeldRow,
} from '../../support/mocked-contents.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const BEFORE = '2026-11-20T00:00:00.000Z';
const CREATED = new Date('2026-11-21T00:00:00.000Z');
const AFTER = '2026-11-21T00:00:01.000Z';

const row = (versionId: string, eventTime = BEFORE): HeldRow => ({
  bucket: 'ingest',
  object_key: 'a.txt',
  version_id: versionId,
  event_time: eventTime,
});

interface World {
  /** What the inventory has of a.txt: a version. */
  readonly inventory: string;
  readonly bucket: readonly HeldObject[];
  readonly rows: readonly HeldRow[];
}

/** What differs of a.txt for the indexer: class and version that the bucket holds. */
async function found({ inventory, bucket, rows }: World): Promise<readonly string[]> {
  bucketHolds(...bucket);
  queriesFind('uploads', rows);
  lookUpsFind('counts', []);
  tables.on(BatchGetCommand).callsFake(({ RequestItems = {} }: BatchGetCommandInput) => ({
    Responses: { uploads: RequestItems['uploads'] === undefined ? [] : rows },
  }));
  const listed: CurrentObject = {
    key: 'a.txt',
    versionId: inventory,
    isDeleteMarker: false,
    lastModified: BEFORE,
  };
  const verification = new Verification(mockedPipeline(), {
    prefix: '',
    inventory: (async function* () {
      yield listed;
    })(),
    judgedBefore: CREATED,
    now: NOW,
    undone: undefined,
    signal: new AbortController().signal,
  });
  const findings = await Array.fromAsync(verification.findings());
  return findings.map(({ class: what, object }) => `${what} ${object?.versionId}`);
}

const holds = (versionId: string, lastModified = BEFORE): readonly HeldObject[] => [
  { key: 'a.txt', versionId, lastModified },
];

describe('verify against an inventory', () => {
  test('finds nothing where bucket and row agree now, though the inventory has an older version', async () => {
    expect(await found({ inventory: 'v1', bucket: holds('v2'), rows: [row('v2')] })).toEqual([]);
  });

  test('finds what differs now too, with the version that the bucket holds now', async () => {
    expect(await found({ inventory: 'v1', bucket: holds('v2'), rows: [row('v0')] })).toEqual(['stale v2']);
    expect(await found({ inventory: 'v1', bucket: holds('v1'), rows: [] })).toEqual(['missing v1']);
  });

  test('finds what is gone by now, where the row still shows it', async () => {
    const bucket = [{ key: 'a.txt', versionId: 'm', isDeleteMarker: true, lastModified: BEFORE }];

    expect(await found({ inventory: 'v1', bucket, rows: [row('v0')] })).toEqual(['present-but-gone m']);
  });

  test('does not judge what changed since the inventory was made: the row, or the object', async () => {
    expect(await found({ inventory: 'v1', bucket: holds('v3'), rows: [row('v2', AFTER)] })).toEqual([]);
    expect(await found({ inventory: 'v1', bucket: holds('v2', AFTER), rows: [row('v0')] })).toEqual([]);
  });
});

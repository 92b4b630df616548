import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../shared/event-pattern/pattern-matcher.ts';
import type { S3Details } from '../../shared/object-event/s3-bus-event.ts';
import { created, s3Event } from './support/s3-events.ts';
import { deployedPatterns, INGEST_BUCKET } from './support/deployed-patterns.ts';

const all = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];
const rules = Object.entries(deployedPatterns())
  .map(([name, pattern]) => [name, compilePattern(pattern)] as const)
  // the others have rules that their own tests look at
  .filter(([name]) => all.includes(name));

/** Names of the consumers whose rule lets the event through. */
function heardBy(event: object): string[] {
  const text = JSON.stringify(event);
  return rules.filter(([, rule]) => rule.matches(text)).map(([name]) => name);
}

const markerCreated = (key: string, reason = 'DeleteObject') =>
  s3Event(
    'Object Deleted',
    {
      key,
      etag: 'd41d8cd98f00b204e9800998ecf8427e',
      'version-id': 'mtB0cV.jejK63XkRNceanNMC',
      sequencer: '617b39',
    },
    { reason, 'deletion-type': 'Delete Marker Created' },
  );
const versionDeleted = (key: string, reason = 'DeleteObject') =>
  s3Event(
    'Object Deleted',
    { key, 'version-id': '1QW9g1Z99LUNbvaaYVpW9xDlOLU.qxgF', sequencer: '617f0837' },
    { reason, 'deletion-type': 'Permanently Deleted' },
  );
const deletedUnversioned = (key: string) =>
  s3Event(
    'Object Deleted',
    { key, sequencer: '617f0837' },
    { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
  );

const notCounted = ['metadata-writer', 'ledger-exporter'];
const ledgerOnly = ['ledger-exporter'];
/** It hears of the whole prefix, and skips what is no CSV by its name. */
const counterOnly = ['csv-row-counter'];
const nobody: string[] = [];

describe('the rules', () => {
  const uploads: [key: string, consumers: string[]][] = [
    ['csv/report.csv', all],
    ['csv/report.CSV', all],
    ['csv/report.csv.gz', all],
    ['csv/REPORT.CSV.GZ', all],
    ['csv/2026/11/report.csv', all],
    ['csv/.csv', all],
    ['csv/a b+c%2F&é😀.csv', all],
    ['csv/../other.csv', all],
    ['csv/x.csv/y.csv', all],
    ['csv/x.csv.gz.csv', all],
    ['csv/report.Csv', all],
    ['csv/report.csv.GZ', all],
    ['csv/report.csv.zip', all],
    ['csv/report.csv~', all],
    ['csv/reportcsv', all],
    ['csv/gz', all],
    ['csv.csv', notCounted],
    ['CSV/report.csv', notCounted],
    ['xcsv/report.csv', notCounted],
    ['uploads/csv/report.csv', notCounted],
    ['/csv/report.csv', notCounted],
    ['images/cat.jpg', notCounted],
    ['__proto__', notCounted],
    ['no prefix', notCounted],
    [' ', notCounted],
    ['a//b', notCounted],
    [`${'k'.repeat(1023)}é`, notCounted],
    ['csv/', counterOnly],
    ['csv/folder.csv/', counterOnly],
    ['images/', nobody],
    ['/', nobody],
  ];

  test.each(uploads)('let an upload of %j reach its consumers alone', (key, consumers) => {
    expect(heardBy(created(key))).toEqual(consumers);
  });

  test.each(['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload', 'SomethingNew'])(
    'let an upload by %s through',
    (reason) => {
      expect(heardBy(created('csv/a.csv', { reason }))).toEqual(all);
    },
  );

  const deletions: [title: string, event: object, consumers: string[]][] = [
    ['a delete marker on a CSV', markerCreated('csv/a.csv'), all],
    ['a delete marker on an image', markerCreated('images/cat.jpg'), notCounted],
    ['a delete marker by a lifecycle rule', markerCreated('csv/a.csv', 'Lifecycle Expiration'), all],
    ['a delete that names no version', deletedUnversioned('csv/a.csv'), all],
    ['the permanent delete of a version', versionDeleted('csv/a.csv'), ledgerOnly],
    ['a noncurrent version that expires', versionDeleted('csv/a.csv', 'Lifecycle Expiration'), ledgerOnly],
    ['a delete marker on a folder placeholder', markerCreated('images/'), nobody],
    ['a delete marker on a placeholder under csv/', markerCreated('csv/'), counterOnly],
    ['the permanent delete of a folder placeholder', versionDeleted('images/'), nobody],
  ];

  test.each(deletions)('let %s reach its consumers alone', (_, event, consumers) => {
    expect(heardBy(event)).toEqual(consumers);
  });

  const otherTypes: Record<Exclude<keyof S3Details, 'Object Created' | 'Object Deleted'>, string[]> = {
    'Object Restore Initiated': ledgerOnly,
    'Object Restore Completed': ledgerOnly,
    'Object Restore Expired': ledgerOnly,
    'Object Storage Class Changed': ledgerOnly,
    'Object Access Tier Changed': ledgerOnly,
    'Object ACL Updated': ledgerOnly,
    'Object Tags Added': ledgerOnly,
    'Object Tags Deleted': ledgerOnly,
    'Object Annotation Created': ledgerOnly,
    'Object Annotation Removed': ledgerOnly,
    'Object Retention Updated': ledgerOnly,
  };

  test.each(Object.entries(otherTypes))('let %s reach the ledger alone', (type, consumers) => {
    expect(heardBy(s3Event(type as keyof S3Details, { key: 'csv/a.csv' }))).toEqual(consumers);
  });

  const foreign: [title: string, envelope: object][] = [
    ['of another source', { source: 'sluice.backfill' }],
    ['of another account', { account: '444455556666' }],
    ['of a detail-type that is not known', { 'detail-type': 'Object Painted Blue' }],
  ];

  test.each(foreign)('let no event %s through', (_, envelope) => {
    expect(heardBy(created('csv/a.csv', {}, envelope))).toEqual(nobody);
  });

  test('let no event of another bucket through', () => {
    expect(heardBy(created('csv/a.csv', { bucket: { name: `${INGEST_BUCKET}-2` } }))).toEqual(nobody);
  });

  test('let a replayed event through like a live one', () => {
    expect(heardBy(created('csv/a.csv', {}, { 'replay-name': 'after-the-fix' }))).toEqual(all);
  });

  test('are within the 2,048 characters that EventBridge takes', () => {
    const lengths = Object.values(deployedPatterns()).map((pattern) => pattern.length);

    expect(Math.max(...lengths)).toBeLessThanOrEqual(2048);
  });
});

import { describe, expectTypeOf, test } from 'vitest';
import type { EventPattern } from '../../../shared/event-pattern/event-pattern.ts';
import type { S3BusEventOf } from '../../../shared/object-event/s3-bus-event.ts';

/** Each `@ts-expect-error` below is an assertion: were the line to compile, `tsc` would fail on the unused directive. */
describe('EventPattern', () => {
  test('takes every operator where its value allows it', () => {
    const pattern = {
      source: ['aws.s3'],
      account: ['111122223333'],
      'detail-type': ['Object Created', 'Object Deleted'],
      resources: [{ prefix: 'arn:aws:s3:::' }],
      'replay-name': [{ exists: false }],
      detail: {
        bucket: { name: ['sluice-ingest'] },
        object: {
          key: [
            { prefix: 'csv/' },
            { prefix: { 'equals-ignore-case': 'csv/' } },
            { suffix: '.csv' },
            { suffix: { 'equals-ignore-case': '.csv' } },
            { wildcard: 'csv/*.csv' },
            { 'equals-ignore-case': 'readme' },
            { 'anything-but': 'a' },
            { 'anything-but': ['a', 'b'] },
            { 'anything-but': { prefix: 'tmp/' } },
            { 'anything-but': { suffix: ['/', '.tmp'] } },
            { 'anything-but': { wildcard: '*.tmp' } },
            { 'anything-but': { 'equals-ignore-case': 'thumbs.db' } },
          ],
          size: [0, { numeric: ['>', 0, '<=', 1024] }, { 'anything-but': 7 }],
          'version-id': [{ exists: true }, null],
        },
        'source-ip-address': [{ cidr: '10.0.0.0/8' }],
        reason: ['PutObject', 'Lifecycle Expiration', { 'anything-but': ['CopyObject'] }],
        $or: [
          { 'deletion-type': ['Delete Marker Created'] },
          { object: { 'version-id': [{ exists: false }] } },
        ],
      },
    } as const satisfies EventPattern;

    expectTypeOf(pattern).toExtend<EventPattern>();
  });

  test('refuses a misspelt field at every depth', () => {
    const patterns: EventPattern[] = [
      // @ts-expect-error the field is `detail-type`
      { detailType: ['Object Created'] },
      // @ts-expect-error the field is `object`
      { detail: { objects: { key: ['a'] } } },
      // @ts-expect-error the field is `version-id`
      { detail: { object: { versionId: ['a'] } } },
      // @ts-expect-error the operator is `$or`
      { detail: { or: [{ reason: ['PutObject'] }, { reason: ['CopyObject'] }] } },
    ];

    expectTypeOf(patterns).toExtend<EventPattern[]>();
  });

  test('refuses a value that the field never holds', () => {
    const patterns: EventPattern[] = [
      // @ts-expect-error the source is `aws.s3`
      { source: ['aws:s3'] },
      // @ts-expect-error `Object Create` is no detail-type
      { 'detail-type': ['Object Create'] },
      // @ts-expect-error the reason is `PutObject`
      { detail: { reason: ['Put'] } },
      // @ts-expect-error nor is it a reason when negated
      { detail: { reason: [{ 'anything-but': 'Put' }] } },
      // @ts-expect-error the deletion type is `Permanently Deleted`
      { detail: { 'deletion-type': ['PermanentlyDeleted'] } },
      // @ts-expect-error a size is a number
      { detail: { object: { size: ['5'] } } },
    ];

    expectTypeOf(patterns).toExtend<EventPattern[]>();
  });

  test('refuses matchers outside a list, of another type, or misspelt', () => {
    const patterns: EventPattern[] = [
      // @ts-expect-error a leaf takes a list
      { source: 'aws.s3' },
      // @ts-expect-error a number has no prefix
      { detail: { object: { size: [{ prefix: '1' }] } } },
      // @ts-expect-error text is not compared numerically
      { detail: { object: { key: [{ numeric: ['>', 1] }] } } },
      // @ts-expect-error the operator is `prefix`
      { detail: { object: { key: [{ startsWith: 'csv/' }] } } },
      // @ts-expect-error `$or` needs two alternatives
      { detail: { $or: [{ reason: ['PutObject'] }] } },
    ];

    expectTypeOf(patterns).toExtend<EventPattern[]>();
  });

  test('follows the detail-type when it is given one', () => {
    const pattern: EventPattern<S3BusEventOf<'Object Created'>> = {
      // @ts-expect-error a create has no deletion type
      detail: { 'deletion-type': ['Permanently Deleted'] },
    };

    expectTypeOf(pattern).toExtend<EventPattern>();
  });
});

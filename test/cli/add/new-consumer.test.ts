import { describe, expect, test } from 'vitest';
import { newConsumer, type ConsumerFlags } from '../../../cli/add/new-consumer.ts';

const BUS = 'arn:aws:events:eu-west-1:111122223333:event-bus/partner';

describe('a new consumer', () => {
  test('reads each object and keeps a row of it, when nothing else is said', () => {
    expect(newConsumer('image-sizes', { prefix: ['images/'] })).toEqual({
      name: 'image-sizes',
      prefixes: ['images/'],
      suffixes: [],
      hears: 'both',
      target: { kind: 'function' },
      reads: 'object',
      keeps: 'rows',
      kind: 'slow',
    });
  });

  test.each<[ConsumerFlags, object]>([
    [{ keeps: 'objects' }, { hears: 'created', reads: 'object', kind: 'slow' }],
    [{ keeps: 'nothing' }, { hears: 'created', reads: 'object', kind: 'slow' }],
    [
      { keeps: 'nothing', deleted: true },
      { hears: 'deleted', reads: 'nothing', kind: 'quick' },
    ],
    [{ reads: 'nothing' }, { hears: 'both', keeps: 'rows', kind: 'quick' }],
    [{ reads: 'nothing', kind: 'batch' }, { kind: 'batch' }],
    [{ target: 'queue' }, { target: { kind: 'queue' }, hears: 'created', keeps: 'nothing' }],
    [
      { target: `bus:${BUS}`, created: true, deleted: true },
      { target: { kind: 'bus', arn: BUS }, hears: 'both' },
    ],
    [{ prefix: ['a/', 'a/', 'b/'] }, { prefixes: ['a/', 'b/'] }],
  ])('of %j is %j', (flags, expected) => {
    expect(newConsumer('one', flags)).toMatchObject(expected);
  });

  test.each([
    ['Images', 'kebab-case'],
    ['image_sizes', 'kebab-case'],
    ['image-', 'kebab-case'],
    ['2-images', 'kebab-case'],
    ['', 'kebab-case'],
    ['delete', 'a word of JavaScript'],
    ['a'.repeat(41), '41 characters'],
  ])('cannot be called %j', (name, why) => {
    expect(() => newConsumer(name, {})).toThrow(why);
  });

  test.each<[ConsumerFlags, string]>([
    [{ prefix: ['images/*'] }, '--prefix "images/*" holds *'],
    [{ suffix: ['*.png'] }, '--suffix "*.png" holds *'],
    [{ prefix: [''] }, '--prefix "" is empty'],
    [{ prefix: ['a\nb'] }, 'holds a control character'],
    [{ reads: 'bytes' }, '--reads "bytes" is none'],
    [{ keeps: 'lines' }, '--keeps "lines" is none'],
    [{ kind: 'huge' }, '--kind "huge" is none'],
    [{ target: 'topic' }, '--target "topic" is no target'],
    [{ target: 'bus' }, '--target "bus" is no target'],
    [{ target: 'queue:mine' }, '"mine" is no ARN'],
    [{ target: 'bus:partner' }, '"partner" is no ARN'],
    [{ keeps: 'rows', created: true }, '--keeps rows with --created alone'],
    [{ keeps: 'objects', deleted: true }, '--keeps objects with --deleted'],
    [{ keeps: 'nothing', reads: 'object', deleted: true }, 'what is deleted cannot be read'],
    [{ target: 'queue', keeps: 'rows' }, '--keeps rows with --target queue'],
    [{ target: 'queue', kind: 'slow' }, '--kind slow with --target queue'],
  ])('is refused with %j: %s', (flags, why) => {
    expect(() => newConsumer('one', flags)).toThrow(why);
  });
});

import { describe, expect, test } from 'vitest';
import { flowGraph, partsOf, type StatusDocument } from '../../../../../cli/console/page/flow/flow-graph.ts';
import { consumerStatus, statusDocument, statusWith, WRITER } from './flow-samples.ts';

const drawn = (status: StatusDocument | undefined) => flowGraph([WRITER], status);

/** States of the parts and edges that are not well, by their ids. */
function notWell(status: StatusDocument): Record<string, string> {
  const graph = drawn(status);
  const edges = [...graph.head.edges, ...graph.lanes.flatMap((lane) => lane.edges)];
  return Object.fromEntries(
    [...partsOf(graph), ...edges].filter(({ state }) => state !== 'ok').map(({ id, state }) => [id, state]),
  );
}

describe('a pipeline that is drawn', () => {
  test('goes from the bucket by the bus to what its consumer keeps', () => {
    const { head, lanes } = drawn(statusDocument());

    expect(head.parts.map(({ id }) => id)).toEqual(['bucket', 'bus', 'archive']);
    expect(head.edges.map(({ id }) => id)).toEqual(['bucket>bus', 'bus>archive']);
    expect(lanes[0]!.edges.map(({ id }) => id)).toEqual([
      'bus>rule:writer',
      'rule:writer>queue:writer',
      'queue:writer>function:writer',
      'function:writer>table:writer',
    ]);
    expect(notWell(statusDocument())).toEqual({});
  });

  test.each([
    ['queue', 'rows', ['rule', 'queue', 'drainer', 'table']],
    ['bus', 'nothing', ['rule', 'other-bus']],
    ['state-machine', 'objects', ['rule', 'state-machine', 'objects']],
    ['function', 'lines', ['rule', 'queue', 'function', 'objects']],
  ] as const)('shows a consumer to a %s that keeps %s as what it is', (target, kind, kinds) => {
    const consumer = consumerStatus({ target, keeps: { kind, place: 'there' } });
    const [lane] = flowGraph([consumer], statusDocument({ consumers: [consumer] })).lanes;

    expect(lane!.parts.map((part) => part.kind)).toEqual(kinds);
  });

  test('is unknown before anybody has told of it, and so is a consumer that has just come', () => {
    expect(partsOf(drawn(undefined)).map(({ state }) => state)).toEqual(Array(6).fill('unknown'));
    const [, fresh] = flowGraph([WRITER, { name: 'fresh', target: 'function' }], statusDocument()).lanes;
    expect(fresh!.parts.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'rule:fresh unknown',
      'queue:fresh unknown',
      'function:fresh unknown',
    ]);
  });
});

const failed = { state: 'failed', detail: 'gone', nextStep: 'deploy' } as const;

describe('a joint', () => {
  test.each([
    ['bucket → bus', { bucket: 'failed', 'bucket>bus': 'broken' }],
    ['bus → archive', { archive: 'failed', 'bus>archive': 'broken' }],
    ['writer bus → rule', { 'rule:writer': 'failed', 'bus>rule:writer': 'broken' }],
    ['writer rule', { 'rule:writer': 'failed', 'bus>rule:writer': 'broken' }],
    ['writer rule → queue', { 'queue:writer': 'failed', 'rule:writer>queue:writer': 'broken' }],
    ['writer queue', { 'queue:writer': 'failed', 'rule:writer>queue:writer': 'broken' }],
    ['writer queue → function', { 'function:writer': 'failed', 'queue:writer>function:writer': 'broken' }],
    ['writer function', { 'function:writer': 'failed', 'queue:writer>function:writer': 'broken' }],
    ['table uploads', { 'table:writer': 'failed', 'function:writer>table:writer': 'broken' }],
    // something passes still, and is lost or fails behind it
    ['writer rule → letters', { 'rule:writer': 'failed' }],
    ['writer queue → letters', { 'queue:writer': 'failed' }],
    ['writer records', { 'function:writer': 'failed' }],
  ])('%s that fails is drawn where it is cut', (name, states) => {
    expect(notWell(statusWith(name, failed))).toEqual(states);
  });

  test('that nobody may look at is unknown, and not cut', () => {
    expect(notWell(statusWith('writer rule → queue', { ...failed, isUnknown: true }))).toEqual({
      'queue:writer': 'unknown',
      'rule:writer>queue:writer': 'unknown',
    });
  });

  test('that somebody has stopped is grey up to where nothing comes any more', () => {
    const paused = statusWith('writer queue → function', { state: 'warning' }, { mapping: 'disabled' });
    const disabled = statusWith('writer rule', { state: 'warning' }, { rule: 'disabled' });

    expect(notWell(paused)).toEqual({ 'function:writer': 'off', 'queue:writer>function:writer': 'off' });
    expect(notWell(disabled)).toEqual({
      'rule:writer': 'off',
      'bus>rule:writer': 'off',
      'rule:writer>queue:writer': 'off',
    });
    expect(drawn(disabled).lanes[0]!.edges.map(({ why }) => why)).toEqual([
      'off',
      'off',
      undefined,
      undefined,
    ]);
  });
});

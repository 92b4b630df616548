import { describe, expect, test } from 'vitest';
import { flowGraph, type StatusDocument } from '../../../../../cli/console/page/flow/flow-graph.ts';
import { healthOf, isUnused } from '../../../../../cli/console/page/flow/health.ts';
import { flowDocument, statusDocument, statusWith, WRITER } from './flow-samples.ts';

const health = (status: StatusDocument | undefined) => healthOf(flowGraph([WRITER], status), status);

describe('the health of a pipeline', () => {
  test('is said in words when all is well', () => {
    expect(health(statusDocument())).toEqual({
      tone: 'good',
      text: 'All is well: 13 parts and joints looked at, none fails.',
      findings: [],
    });
  });

  test('is not known while the pipeline does not answer, however well it was before', () => {
    const graph = flowGraph([WRITER], statusDocument());

    expect(healthOf(graph, statusDocument(), true)).toEqual({
      tone: 'unknown',
      text: 'Not known now. What is drawn is what was seen last.',
      findings: [],
    });
  });

  test('names what is broken first, with its part and what to do', () => {
    const { joints } = statusDocument();
    const { tone, text, findings } = health(
      statusDocument({
        joints: [
          ...joints.slice(2),
          { name: 'writer letters', state: 'warning', detail: '2 letters', nextStep: 'sluice dead list' },
          { name: 'disk', state: 'warning', detail: 'little is free' },
          { name: 'bucket → bus', state: 'failed', detail: 'off', nextStep: 'sluice connect-bucket' },
          { name: 'bus → archive', state: 'failed', detail: 'access denied', isUnknown: true },
        ],
      }),
    );

    expect({ tone, text }).toEqual({
      tone: 'bad',
      text: '1 thing is broken, 2 things need a look, of 1 part nobody can tell.',
    });
    expect(findings.map(({ name, part }) => [name, part])).toEqual([
      ['bucket → bus', 'bucket'],
      ['writer letters', 'queue:writer'],
      ['disk', undefined],
      ['bus → archive', 'archive'],
    ]);
  });

  test('is a warning where something needs a look, and unknown before anybody has looked', () => {
    expect(health(statusWith('writer rule', { state: 'warning' })).tone).toBe('warn');
    expect(health(undefined).tone).toBe('unknown');
  });
});

test('a pipeline is new as long as nothing was published, where that is known', () => {
  expect([0, 7, null].map((published) => isUnused(flowDocument({}, published)))).toEqual([
    true,
    false,
    undefined,
  ]);
  expect(isUnused(undefined)).toBeUndefined();
});

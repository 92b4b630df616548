import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whatIfLines } from '../../../infra/what-if.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { consumersDiagram } from '../../../shared/routes/consumers-diagram.ts';
import { pipelineIn, routesIn, routeTable } from '../../../shared/routes/routes-in.ts';
import { pipelinesIn } from '../../../shared/routes/template-pipelines.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { deployedPatterns, INGEST_BUCKET } from '../../infra/support/deployed-patterns.ts';
import { FIRST as ALL, onlyFirst, synthesize } from '../../infra/support/pipeline-template.ts';

const template = synthesize({}, onlyFirst);
/** With those that were added. */
const whole = pipelineIn(synthesize());

describe('the routes of a template', () => {
  test('name for each key the consumers that want it', () => {
    expect(routesIn(template, ['csv/a.csv', 'images/b.png', 'csv/readme.txt', 'folder/'])).toEqual({
      'csv/a.csv': ALL,
      'images/b.png': ['metadata-writer', 'ledger-exporter'],
      'csv/readme.txt': ['metadata-writer', 'ledger-exporter'],
      'folder/': [],
    });
  });

  test('follow what happens to the object', () => {
    // the delete of a version says nothing of the current object: the ledger alone hears of it
    expect(routesIn(template, ['csv/a.csv'], { kind: 'marker' })).toEqual({ 'csv/a.csv': ALL });
    expect(routesIn(template, ['csv/a.csv'], { kind: 'delete' })).toEqual({
      'csv/a.csv': ['ledger-exporter'],
    });
  });

  test('say why a consumer skips what its rule lets through', () => {
    const [row] = routeTable(pipelineIn(template), ['csv/readme.txt']);

    expect(row?.consumers).toContainEqual({
      consumer: 'csv-row-counter',
      verdict: 'skipped',
      why: 'not named as a CSV',
    });
  });

  test('are those of the patterns as they are deployed, whatever the key', () => {
    const patterns = Object.entries(deployedPatterns()).map(([name, text]) => ({
      name,
      rule: compilePattern(text),
    }));
    fc.assert(
      fc.property(fc.constantFrom('', 'csv/', 'images/'), fc.string({ unit: 'grapheme' }), (prefix, name) => {
        const key = prefix + name;
        const event = JSON.stringify(sampleEvent('put', { bucket: INGEST_BUCKET, key }));
        const matched = routeTable(whole, [key])[0]!.consumers.filter(
          ({ verdict }) => verdict !== 'not-matched',
        );
        expect(matched.map(({ consumer }) => consumer)).toEqual(
          patterns.filter(({ rule }) => rule.matches(event)).map(({ name }) => name),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('keep keys named like fields of an object apart', () => {
    expect(Object.keys(routesIn(template, ['__proto__', 'constructor']))).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  test('are refused where there is no pipeline, or none of that name', () => {
    expect(() => routesIn({}, ['a'])).toThrow(/holds no pipeline: it has no output IngestBucketName/);
    expect(() => routesIn(template, ['a'], { pipeline: 'Uploads' })).toThrow(
      'no pipeline Uploads: one of Default',
    );
  });

  test('of two pipelines are kept apart by the id before their outputs', () => {
    const { Resources, Outputs } = template;
    const named = Object.fromEntries(
      Object.entries(Outputs).map(([name, value]) => [`Uploads${name}`, value]),
    );
    const both = { Resources, Outputs: { ...Outputs, ...named } };

    expect(pipelinesIn(both).map(({ id, consumers }) => [id, consumers.map(({ name }) => name)])).toEqual([
      ['Default', ALL],
      ['Uploads', ALL],
    ]);
    expect(() => routesIn({ Resources, Outputs: { ...named, ...prefixed('Other', named) } }, ['a'])).toThrow(
      'several pipelines',
    );
  });
});

const prefixed = (prefix: string, outputs: object) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name.replace(/^Uploads/, prefix),
      value as { Value: unknown },
    ]),
  );

describe('the what-if lines of a synth', () => {
  const stacks = [{ stackName: 'Sluice-dev', template }];

  test('say who receives each key, and who skips it', () => {
    expect(whatIfLines('csv/a.csv,csv/readme.txt', stacks)).toEqual([
      'Sluice-dev  csv/a.csv       → metadata-writer, csv-row-counter, ledger-exporter',
      'Sluice-dev  csv/readme.txt  → metadata-writer, ledger-exporter; csv-row-counter skips it: not named as a CSV',
    ]);
  });

  test('are none where the context names no keys, and refused where it names something else', () => {
    expect(whatIfLines(undefined, stacks)).toEqual([]);
    expect(() => whatIfLines(7, stacks)).toThrow('context whatIf is 7: name keys');
  });
});

describe('the diagram of the consumers', () => {
  test('in docs/architecture.md is that of the template', () => {
    const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');

    // to mend it: npm run synth && npx sluice routes --diagram
    expect(/^```mermaid\n(.*?)^```$/ms.exec(page)?.[1]).toBe(consumersDiagram(whole));
  });

  test('quotes what Mermaid would read as its own', () => {
    const [own] = pipelinesIn(template);
    const odd = { ...own!.consumers[0]!, pattern: '{"detail":{"object":{"key":[{"prefix":"a#\\"b"}]}}}' };

    expect(consumersDiagram({ ...own!, consumers: [odd] })).toContain('prefix #quot;a#35;\\#quot;b#quot;');
  });
});

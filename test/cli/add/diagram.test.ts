import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageWith, pageWithout } from '../../../cli/add/diagram.ts';
import type { NewConsumer } from '../../../cli/add/new-consumer.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { pascalCase } from '../../../shared/pascal-case.ts';
import { consumersDiagram } from '../../../shared/routes/consumers-diagram.ts';
import type { TemplateConsumer } from '../../../shared/routes/template-pipelines.ts';
import { someConsumer } from './some-consumers.ts';

const PAGE =
  '# Page\n\n```mermaid\nflowchart LR\n  bucket[("old")]\n```\n\n```mermaid\nflowchart LR\n  other\n```\n';

/** As its template would say it. */
function deployed({ name, prefixes, target }: NewConsumer): TemplateConsumer {
  const key = prefixes.map((prefix) => ({ prefix }));
  const pattern = JSON.stringify({
    source: ['aws.s3'],
    ...(key.length > 0 && { detail: { object: { key } } }),
  });
  return { name, id: pascalCase(name), pattern, matcher: compilePattern(pattern), keeps: 'nothing', target };
}

const page = (all: readonly NewConsumer[]): string =>
  pageWith(
    PAGE,
    consumersDiagram({ id: 'Default', bucket: 'b', account: '1', consumers: all.map(deployed) }),
  );

describe('the diagram on a page', () => {
  test('loses the line of a consumer that is removed, and no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someConsumer, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }),
        (all) => {
          const [one, ...others] = all as [NewConsumer, ...NewConsumer[]];

          expect(page(all)).not.toBe(page(others));
          expect(pageWithout(page(all), one.name)).toBe(page(others));
        },
      ),
    );
  });

  test('is the first one that begins with a bucket; nothing else of the page changes', () => {
    const text = pageWith(PAGE, 'flowchart LR\n  bucket[("$& new")]\n');

    expect(text).toBe(PAGE.replace('old', () => '$& new'));
    expect(pageWith('# No diagram\n', 'flowchart')).toBe('# No diagram\n');
  });
});

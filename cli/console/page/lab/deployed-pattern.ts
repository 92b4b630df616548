import { readJson } from '../../../../shared/event-pattern/pattern-json.ts';
import type { testPatternDocument } from '../../../test-pattern/test-pattern-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import type { Trouble } from '../server.ts';
import { jsonText } from './json-text.ts';

/** The verb wants an event to hold the pattern against; here only the pattern matters that it tells. */
const ANY_EVENT = '{"detail-type":"Object Created","source":"aws.s3"}';

/** The pattern of a consumer's rule as it is deployed, laid out. */
export function useDeployedPattern(consumer: string | undefined): {
  readonly text: string | undefined;
  readonly trouble: Trouble | undefined;
} {
  const { document, trouble } = useAsked<DocumentOf<typeof testPatternDocument>>(
    consumer === undefined ? undefined : ['test-pattern', '--consumer', consumer, '--events', ANY_EVENT],
    { afterChanges: false },
  );
  return {
    text: document && jsonText(readJson(JSON.stringify(document.pattern))),
    trouble,
  };
}

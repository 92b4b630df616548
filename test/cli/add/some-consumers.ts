import * as fc from 'fast-check';
import { newConsumer, type NewConsumer } from '../../../cli/add/new-consumer.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const name = fc.oneof(
  fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join('-')),
  // the longest that there may be
  fc.constant(`${'long-'.repeat(7)}names`),
);
/** What S3 takes as the beginning or the end of a key, quotes and Markdown too. */
const part = fc
  .oneof(
    fc.stringMatching(/^[a-z0-9]{1,8}\/$/),
    fc.stringMatching(/^[\w '"|`<>[\]#~&+,;:@=-]{1,12}\/$/),
    fc.string({ unit: fc.constantFrom('é', '"', "'", 'x', '-', '/'), minLength: 1, maxLength: 90 }),
  )
  .filter((text) => !/[*?\\]|\$\{/.test(text));
const parts = fc.array(part, { maxLength: 4 });
const ending = fc.constantFrom('.png', '.jpg', '.json', '.tar.gz', "'s", ' x');

const ARNS = [
  'bus:arn:aws:events:eu-west-1:111122223333:event-bus/partner',
  'state-machine:arn:aws:states:eu-west-1:111122223333:stateMachine:big-files',
];

/** Any consumer that the command can be asked for. */
export const someConsumer: fc.Arbitrary<NewConsumer> = fc
  .record({
    name,
    prefix: parts,
    suffix: fc.array(ending, { maxLength: 3 }),
    created: fc.boolean(),
    deleted: fc.boolean(),
    reads: fc.constantFrom(undefined, 'object', 'nothing'),
    keeps: fc.constantFrom(undefined, 'rows', 'objects', 'nothing'),
    kind: fc.constantFrom(undefined, 'quick', 'slow', 'batch'),
    target: fc.constantFrom(undefined, 'function', 'queue', ...ARNS),
  })
  .map(({ name, ...flags }) => {
    const said = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
    try {
      return newConsumer(name, said);
    } catch {
      // flags that contradict one another are refused, see new-consumer.test.ts
      return undefined;
    }
  })
  .filter((consumer) => consumer !== undefined);

import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { consumers } from '../../../../infra/consumers.ts';
import { stageFromContext } from '../../../../infra/stage.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { buckets } from './cases-of-buckets.ts';
import { writes } from './cases-of-objects.ts';
import { policies } from './cases-of-policies.ts';
import { services } from './cases-of-services.ts';
import { targets } from './cases-of-targets.ts';
import { refusalOf } from './pipeline-of.ts';

const CASES = {
  'a consumer that': writes,
  'a consumer whose role': policies,
  'a consumer whose function': services,
  'a consumer of buckets that': buckets,
  'a consumer whose target': targets,
};
const all = Object.values(CASES).flat();

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(cases.filter(({ answer }) => answer !== 'no loop'))(
    '$title is refused: $answer',
    ({ answer, of }) => {
      expect(refusalOf(of)).toContain(answer);
    },
  );

  test.each(cases.filter(({ answer, isFalseAlarm }) => answer === 'no loop' && isFalseAlarm !== true))(
    '$title is accepted',
    ({ of }) => {
      expect(refusalOf(of)).toBeUndefined();
    },
  );
});

describe('the check for loops', () => {
  test('raises one false alarm of all these cases: it does not look at permissions boundaries', () => {
    const falseAlarms = all.filter(({ isFalseAlarm }) => isFalseAlarm === true);

    expect(falseAlarms.map(({ title }) => title)).toEqual([
      'may put any key, within a permissions boundary that leaves the bucket out',
    ]);
    expect(refusalOf(falseAlarms[0]!.of)).toContain('a → (any key) → a');
  });

  test('is told in the list of consumers of no end that it cannot see, and of one where the counter hands over', () => {
    const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:count-large-files';

    const [ends, handingOver] = [endsIn({}), endsIn({ handOver: machine })];

    console.info(['what ends outside the app:', ...handingOver].join('\n'));
    expect(ends).toEqual([]);
    expect(handingOver).toEqual([
      `csv-row-counter: ${machine}, it does what the function would, and writes nothing to the ingest bucket`,
    ]);
  });
});

/** What the entries of this repository say in `endsAt`, under this context. */
const endsIn = (context: Readonly<Record<string, string>>): readonly string[] => {
  const stage = stageFromContext(new App({ context, outdir: temporaryFolder() }).node);
  return consumers
    .map((entry) => entry(stage))
    .flatMap(({ name, endsAt = [] }) => [endsAt].flat().map((end) => `${name}: ${end}`));
};

import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { csvRowCounter } from '../../infra/consumers/csv-row-counter.ts';
import { handingOver } from '../../infra/hand-over.ts';
import { stageFromContext } from '../../infra/stage.ts';
import {
  resource,
  statementsOfRole,
  synthesize,
  type PipelineTemplate,
} from './support/pipeline-template.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:count-large-files';

const variablesOf = (template: PipelineTemplate): Readonly<Record<string, unknown>> =>
  resource(template, 'AWS::Lambda::Function', 'CsvRowCounter').Properties['Environment'].Variables;
const statementsOf = (template: PipelineTemplate): readonly unknown[] =>
  statementsOfRole(template, resource(template, 'AWS::IAM::Role', 'CsvRowCounter'));

describe.each(['dev', 'prod'])('in %s, what is too large for the counter', (stage) => {
  const without = synthesize({ stage });
  const handing = synthesize({ stage, handOver: MACHINE });

  test('is handed over to nobody, unless the context handOver names a state machine', () => {
    expect(variablesOf(without)).not.toHaveProperty('HAND_OVER_STATE_MACHINE_ARN');
    expect(variablesOf(handing)).toEqual({
      ...variablesOf(without),
      HAND_OVER_STATE_MACHINE_ARN: MACHINE,
    });
  });

  test('is handed over by a role that may start this one state machine beside what it may anyway', () => {
    expect(statementsOf(handing)).toEqual([
      ...statementsOf(without),
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: MACHINE },
    ]);
  });

  test('changes nothing else of the template', () => {
    const { Resources: before } = without;
    const changed = Object.entries(handing.Resources)
      .filter(([id, one]) => JSON.stringify(one) !== JSON.stringify(before[id]))
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));

    expect(changed).toEqual(['CsvRowCounterFunction', 'CsvRowCounterHandlerCalls']);
  });
});

describe('handing over', () => {
  test.each(['count-large-files', 'arn:aws:lambda:eu-west-1:111122223333:function:x', 7])(
    'is refused by the context to %j, which is no state machine',
    (handOver) => {
      expect(() => synthesize({ handOver })).toThrow(
        `context handOver is ${JSON.stringify(handOver)}: it must be the ARN of a state machine`,
      );
    },
  );

  test('is refused in a definition to what is no state machine', () => {
    const counter = csvRowCounter(stageFromContext(new App({ outdir: temporaryFolder() }).node));

    expect(() => handingOver(counter, 'machine')).toThrow(
      'consumer csv-row-counter: it is to hand over to "machine", which is not the ARN of a state machine',
    );
  });
});

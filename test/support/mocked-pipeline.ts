import type { ControlReads } from '../../shared/control-api.ts';
import type { LocalControl } from '../../cli/pipeline/local-control.ts';
import { hasFunction, type FunctionConsumer } from '../../cli/pipeline/consumer.ts';
import { Pipeline } from '../../cli/pipeline/pipeline.ts';
import { ACCOUNT, NOW, OUTPUTS, REGION } from './mocked-aws.ts';

/** What a local runtime answers to each call, by the call's name; a call that is not named fails the test. */
export type RuntimeAnswers = {
  readonly [Call in keyof ControlReads]?: (
    question: ControlReads[Call]['question'],
  ) => ControlReads[Call]['answer'];
};

export interface MockedPipelineOptions {
  /** Makes it a pipeline on this machine. @default one in AWS */
  readonly runtime?: RuntimeAnswers;
  /** More outputs of the stack, or others. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** The pipeline whose services `mocked-aws.ts` answers for. */
export function mockedPipeline({ runtime, outputs }: MockedPipelineOptions = {}): Pipeline {
  return new Pipeline({
    deployment: {
      kind: runtime === undefined ? 'aws' : 'local',
      account: ACCOUNT,
      region: REGION,
      stack: 'Sluice-prod',
    },
    outputs: { ...OUTPUTS, ...outputs },
    client: { region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    ...(runtime !== undefined && { control: controlThatAnswers(runtime) }),
  });
}

function controlThatAnswers(answers: RuntimeAnswers): LocalControl {
  const control: Pick<LocalControl, 'ask' | 'now'> = {
    ask: async (call, question) => {
      const answer = answers[call];
      if (answer === undefined) throw new Error(`the test says nothing of ${call}`);
      return answer(question);
    },
    now: async () => NOW,
  };
  return control as LocalControl;
}

/** One that has a function. @throws CliError when there is none of the name */
export function consumerNamed(pipeline: Pipeline, name: string): FunctionConsumer {
  const [consumer] = pipeline.consumersNamed([name]).filter(hasFunction);
  return consumer!;
}

import { randomUUID } from 'node:crypto';
import type { Service } from '../gateway.ts';
import { authorize, callerName } from '../iam.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { jsonService } from '../protocols/aws-json.ts';
import { Input } from '../protocols/input.ts';
import type { WouldSendRecords } from '../would-send/would-send-records.ts';

const STATE_MACHINE = /^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/;
// eslint-disable-next-line no-control-regex -- AWS forbids control characters in a name
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]{1,80}$/;
const LARGEST_INPUT_BYTES = 262_144;

/**
 * Step Functions, as far as a function hands work over to it: an execution is taken and recorded as one that would have
 * started, and never ends here. Whatever else is asked is refused by name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function statesService(records: WouldSendRecords): Service {
  return jsonService({
    name: 'Step Functions',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.swf.service.v2.model#',
    operations: {
      StartExecution(fields, { principal }) {
        const input = new Input('Step Functions StartExecution', fields);
        const arn = input.text('stateMachineArn');
        if (!STATE_MACHINE.test(arn)) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
        authorize(principal, 'states:StartExecution', arn);
        const name = input.optionalText('name') ?? randomUUID();
        if (!NAME.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
        const text = executionInput(input);
        // X-Ray's
        input.passOver('traceHeader');
        input.finish();
        return start(records, {
          by: callerName(principal),
          to: arn,
          event: text,
          executionName: name,
        });
      },
    },
  });
}

function executionInput(input: Input): string {
  const text = input.optionalText('input') ?? '{}';
  if (Buffer.byteLength(text) > LARGEST_INPUT_BYTES) {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid Execution Input: it is longer than ${LARGEST_INPUT_BYTES} bytes`,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid Execution Input: ${(error as Error).message}`);
  }
  return text;
}

/** The same name and input is the same execution, which is answered again; the name with another input is refused. */
function start(
  records: WouldSendRecords,
  sent: Parameters<WouldSendRecords['add']>[0] & { readonly executionName: string },
): object {
  const executionArn = executionArnOf(sent.to, sent.executionName);
  const before = records.execution(sent.to, sent.executionName);
  if (before !== undefined && before.input !== sent.event) {
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }
  const startedAtMs = before?.startedAtMs ?? records.add(sent);
  return { executionArn, startDate: startedAtMs / 1_000 };
}

/** `arn:…:stateMachine:big` and `one` make `arn:…:execution:big:one`; a version or an alias is not in it. */
function executionArnOf(stateMachineArn: string, name: string): string {
  const [arn, aws, states, region, account, , machine] = stateMachineArn.split(':');
  return [arn, aws, states, region, account, 'execution', machine, name].join(':');
}

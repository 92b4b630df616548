import type { Service } from '../gateway.ts';
import { authorize } from '../iam.ts';
import type { Plan } from '../plan.ts';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { queryService } from '../protocols/query-service.ts';
import { element } from '../protocols/xml.ts';

/** The stack that runs, as far as CloudFormation describes it. */
export type RunningStack = Pick<Plan, 'stackName' | 'outputs' | 'region' | 'accountId'>;

const PARAMETERS = new Set(['Action', 'Version', 'StackName']);

/**
 * CloudFormation, as far as a tool asks for a stack's outputs: it describes the one that runs. Whatever else is asked is
 * refused by name.
 *
 * @param stack as it is now @param startedAtMs when it was made here, in milliseconds since 1970
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export function cloudFormationService(stack: () => RunningStack, startedAtMs: number): Service {
  return queryService({
    name: 'CloudFormation',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: {
      DescribeStacks(parameters, { principal }) {
        const running = stack();
        const id = stackId(running);
        authorize(principal, 'cloudformation:DescribeStacks', id);
        for (const name of parameters.keys()) {
          if (!PARAMETERS.has(name)) throw notImplemented(`CloudFormation DescribeStacks with ${name}`);
        }
        const asked = parameters.get('StackName');
        if (asked !== null && asked !== running.stackName && asked !== id) {
          throw new AwsError('ValidationError', `Stack with id ${asked} does not exist`);
        }
        return `<Stacks><member>${description(running, startedAtMs)}</member></Stacks>`;
      },
    },
  });
}

function description(stack: RunningStack, startedAtMs: number): string {
  const outputs = Object.entries(stack.outputs).map(
    ([key, value]) => `<member>${element('OutputKey', key)}${element('OutputValue', value)}</member>`,
  );
  return [
    element('StackId', stackId(stack)),
    element('StackName', stack.stackName),
    element('CreationTime', new Date(startedAtMs).toISOString()),
    element('StackStatus', 'CREATE_COMPLETE'),
    element('DisableRollback', false),
    `<Outputs>${outputs.join('')}</Outputs>`,
  ].join('');
}

/** As `AWS::StackId` gives it in the template. */
const stackId = ({ region, accountId, stackName }: RunningStack): string =>
  `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`;

import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow } from '../allow.ts';
import { encryptedQueue, keyGrants, type Encrypted } from '../key-grants.ts';

export interface ConsumerRoleProps {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly logGroup: ILogGroup;
  /** What the handler's own policy allows (handler-calls.ts): a key that encrypts it, a service asks with the role. */
  readonly grants: readonly PolicyStatement[];
  /** What the grants may be about: where a key encrypts it, its use is granted too. */
  readonly encrypted: readonly Encrypted[];
  /** Whether the function is in a network of the account, where Lambda gives it an address. */
  readonly isInNetwork: boolean;
}

/**
 * What one function may do: every statement of it, in one managed policy. It is the role's alone, and auditors list policies where they
 * stand by themselves.
 */
export class ConsumerRole extends Role {
  constructor(scope: Construct, id: string, props: ConsumerRoleProps) {
    const { queue, deadLetterQueue, encrypted } = props;
    const statements = [...draining(props), ...(props.isInNetwork ? joiningNetwork() : [])];
    const keyed = [...encrypted, encryptedQueue(queue), encryptedQueue(deadLetterQueue)];
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'What a consumer of Sluice may do',
      statements: [...statements, ...keyGrants([...statements, ...props.grants], keyed)],
    });
    // from the role to the policy: the function waits for the role, and so for what it may do
    this.addManagedPolicy(policy);
  }
}

/** What Lambda needs of every function's role: its queue, its letters, its log and its traces. */
const draining = ({ queue, deadLetterQueue, logGroup }: ConsumerRoleProps): PolicyStatement[] => [
  allow(
    // the event source mapping's
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    queue.queueArn,
  ),
  allow(['sqs:SendMessage'], deadLetterQueue.queueArn),
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
  // X-Ray has no resources to name
  allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
];

/**
 * Lambda makes the function's addresses in its name, and asks for this without naming a resource. The function's own code is kept from
 * it: calls of that alone say which function makes them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function joiningNetwork(): PolicyStatement[] {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    allow(actions, '*'),
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}

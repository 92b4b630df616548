import { createHash } from 'node:crypto';
import { textOf, type ResourceIdentity } from './template.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

/** Where the stack lies. */
export interface Place {
  readonly stackName: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

interface Naming {
  /** The property that holds a physical name, where the template gives one. */
  readonly nameProperty?: string;
  readonly longestName?: number;
  identity(name: string, place: Place): ResourceIdentity;
}

const arn = ({ region, accountId }: Place, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const named = (service: string, kind: string, nameProperty: string, longestName: number): Naming => ({
  nameProperty,
  longestName,
  identity: (name, place) => ({ ref: name, attributes: { Arn: arn(place, service, `${kind}${name}`) } }),
});

/** Resources that nothing refers to by more than a name. */
const referredByName: Naming = { identity: (name) => ({ ref: name, attributes: {} }) };

/** What `Ref` and `Fn::GetAtt` give, by type, as CloudFormation's reference has them. It is also the list of the types that can be referred to. */
const NAMINGS: Readonly<Record<string, Naming>> = {
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    longestName: 63,
    identity: (name, { region }) => ({
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    longestName: 80,
    identity(name, place) {
      const url = `${place.endpoint}/${place.accountId}/${name}`;
      return { ref: url, attributes: { Arn: arn(place, 'sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::DynamoDB::Table': named('dynamodb', 'table/', 'TableName', 255),
  'AWS::DynamoDB::GlobalTable': named('dynamodb', 'table/', 'TableName', 255),
  'AWS::Events::Rule': named('events', 'rule/', 'Name', 64),
  'AWS::Events::Archive': {
    nameProperty: 'ArchiveName',
    longestName: 48,
    identity: (name, place) => ({
      ref: name,
      attributes: { Arn: arn(place, 'events', `archive/${name}`), ArchiveName: name },
    }),
  },
  'AWS::Lambda::Function': named('lambda', 'function:', 'FunctionName', 64),
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    longestName: 512,
    identity: (name, place) => ({
      ref: name,
      attributes: { Arn: arn(place, 'logs', `log-group:${name}:*`) },
    }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    longestName: 64,
    identity: (name, { accountId }) => ({
      ref: name,
      attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}`, RoleId: name },
    }),
  },
  'AWS::CloudWatch::Alarm': {
    nameProperty: 'AlarmName',
    identity: (name, place) => ({
      ref: name,
      attributes: { Arn: arn(place, 'cloudwatch', `alarm:${name}`) },
    }),
  },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    identity: (name, place) => ({
      ref: name,
      attributes: { Arn: arn(place, 'events', `event-bus/${name}`), Name: name },
    }),
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    longestName: 80,
    identity(name, place) {
      const own = arn(place, 'states', `stateMachine:${name}`);
      return { ref: own, attributes: { Arn: own, Name: name } };
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    longestName: 256,
    identity(name, place) {
      const own = arn(place, 'sns', name);
      return { ref: own, attributes: { TopicArn: own, TopicName: name } };
    },
  },
  'AWS::KMS::Key': {
    identity(name, place) {
      const id = uuidOf(`${place.accountId}/${name}`);
      return { ref: id, attributes: { Arn: arn(place, 'kms', `key/${id}`), KeyId: id } };
    },
  },
  'AWS::KMS::Alias': { ...referredByName, nameProperty: 'AliasName' },
  'AWS::IAM::Policy': referredByName,
  'AWS::IAM::ManagedPolicy': {
    identity: (name, { accountId }) => ({ ref: `arn:aws:iam::${accountId}:policy/${name}`, attributes: {} }),
  },
  'AWS::SQS::QueuePolicy': referredByName,
  'AWS::S3::BucketPolicy': referredByName,
  'AWS::Lambda::EventSourceMapping': {
    identity: (name, { accountId }) => {
      const id = uuidOf(`${accountId}/${name}`);
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::Lambda::EventInvokeConfig': referredByName,
  'AWS::Lambda::Permission': referredByName,
  'AWS::CloudWatch::Dashboard': { ...referredByName, nameProperty: 'DashboardName' },
};

/** What runs in AWS alone, or nowhere: whoever refers to it gets its name, and no more. */
const ELSEWHERE = new Set([
  'AWS::Events::EventBus',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  // of another stack it is an existing one, which has a stand-in
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
]);

/** Whether the name of such a resource can be used though the resource does not run in this pipeline. */
export function runsElsewhere(type: string): boolean {
  return ELSEWHERE.has(type);
}

/**
 * @param property a property of the resource, resolved
 * @throws UnsupportedFeatureError naming a resource whose type is not known
 */
export function identify(
  logicalId: string,
  type: string,
  property: (name: string) => unknown,
  place: Place,
): ResourceIdentity {
  if (!Object.hasOwn(NAMINGS, type)) {
    throw new UnsupportedFeatureError(`${type} ${JSON.stringify(logicalId)}, which the pipeline refers to`);
  }
  const naming = NAMINGS[type]!;
  const given = naming.nameProperty === undefined ? undefined : property(naming.nameProperty);
  const name =
    given === undefined ? generatedName(logicalId, type, naming.longestName ?? 255, place) : textOf(given);
  return naming.identity(name, place);
}

/** As CloudFormation does it: the stack and the logical ID. Too long, it keeps the ID's end, where CDK has put a hash. */
function generatedName(logicalId: string, type: string, longest: number, { stackName }: Place): string {
  const whole = `${stackName}-${logicalId}`;
  const name = whole.length <= longest ? whole : `${whole.slice(0, longest - 9)}-${whole.slice(-8)}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

/** A UUID that is the same at every start. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

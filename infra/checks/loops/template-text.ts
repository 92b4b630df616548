import type { Home, Resource, Synthesized } from './synthesized.ts';
import { madeUp, unknown, type Text } from './text.ts';

/** How the types that matter here are named: the property with a physical name, and what stands before the name in the ARN. */
const NAMED: Readonly<Record<string, { property: string; arn: string; ref?: 'arn' }>> = {
  'AWS::S3::Bucket': { property: 'BucketName', arn: 's3:::' },
  'AWS::S3::AccessPoint': { property: 'Name', arn: 's3:@:accesspoint/' },
  'AWS::SQS::Queue': { property: 'QueueName', arn: 'sqs:@:' },
  'AWS::Lambda::Function': { property: 'FunctionName', arn: 'lambda:@:function:' },
  'AWS::IAM::Role': { property: 'RoleName', arn: 'iam:@:role/' },
  'AWS::IAM::ManagedPolicy': { property: 'ManagedPolicyName', arn: 'iam:@:policy/', ref: 'arn' },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    arn: 'states:@:stateMachine:',
    ref: 'arn',
  },
  'AWS::SNS::Topic': { property: 'TopicName', arn: 'sns:@:', ref: 'arn' },
  'AWS::Events::EventBus': { property: 'Name', arn: 'events:@:event-bus/' },
  'AWS::Events::Archive': { property: 'ArchiveName', arn: 'events:@:archive/' },
  'AWS::Events::Rule': { property: 'Name', arn: 'events:@:rule/' },
  'AWS::Kinesis::Stream': { property: 'Name', arn: 'kinesis:@:stream/' },
  'AWS::KinesisFirehose::DeliveryStream': {
    property: 'DeliveryStreamName',
    arn: 'firehose:@:deliverystream/',
  },
  'AWS::DynamoDB::Table': { property: 'TableName', arn: 'dynamodb:@:table/' },
  'AWS::DynamoDB::GlobalTable': { property: 'TableName', arn: 'dynamodb:@:table/' },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', arn: 'logs:@:log-group:' },
};

const LAMBDA_POINTERS = ['AWS::Lambda::Version', 'AWS::Lambda::Alias'];

/** Reads what a template says as texts that can be compared, whatever way they are put together there. */
export class TemplateTexts {
  readonly #exports: Synthesized['exports'];
  readonly #byKey: ReadonlyMap<string, Resource>;
  readonly #arns = new Map<Resource, Text | undefined>();

  constructor({ resources, exports }: Pick<Synthesized, 'resources' | 'exports'>) {
    this.#exports = exports;
    this.#byKey = new Map(resources.map((one) => [one.key, one]));
  }

  /** `{ "Fn::GetAtt": ["Ingest", "Arn"] }` → `arn:aws:s3:::⟨Files/Ingest⟩` */
  of(value: unknown, home: Home): Text {
    if (typeof value !== 'object' || value === null) return String(value);
    const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
    if (others.length > 0) return unknown(JSON.stringify(value));
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), home);
      case 'Fn::GetAtt':
        return this.#attribute(argument as string | readonly string[], home);
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, readonly unknown[]];
        if (!Array.isArray(parts)) return unknown(JSON.stringify(value));
        return parts.map((part) => this.of(part, home)).join(separator);
      }
      case 'Fn::Sub':
        return this.#substituted(argument, home);
      case 'Fn::Select':
        return this.#selected(argument as [unknown, unknown], home) ?? unknown(JSON.stringify(value));
      case 'Fn::ImportValue': {
        const told = typeof argument === 'string' ? this.#exports.get(argument) : undefined;
        return told === undefined ? unknown(JSON.stringify(value)) : this.of(told.value, told.home);
      }
      default:
        return unknown(JSON.stringify(value));
    }
  }

  /** As `of`, of what IAM reads as a pattern: `${aws:PrincipalTag/prefix}` may be anything, and so may a partition. */
  pattern(value: unknown, home: Home): Text {
    return this.of(value, home)
      .replaceAll(/\$\{([^}]*)\}/g, (variable) => unknown(variable))
      .replace(/^arn:[^:]+:/, 'arn:aws:');
  }

  /** Undefined for what has none that could be told. */
  arnOf(resource: Resource): Text | undefined {
    // asked again for each statement of each role
    if (!this.#arns.has(resource)) this.#arns.set(resource, this.#arn(resource));
    return this.#arns.get(resource);
  }

  #arn(resource: Resource): Text | undefined {
    const { type, home, properties } = resource;
    if (LAMBDA_POINTERS.includes(type)) {
      return `${this.functionArn(properties['FunctionName'], home)}:${madeUp(resource.key)}`;
    }
    const named = NAMED[type];
    if (named === undefined) return undefined;
    const region = home.region ?? unknown('AWS::Region');
    const account = home.account ?? unknown('AWS::AccountId');
    const where = type.startsWith('AWS::IAM') ? `:${account}` : `${region}:${account}`;
    const path = type.startsWith('AWS::IAM')
      ? ((properties['Path'] as string | undefined) ?? '/').slice(1)
      : '';
    return `arn:aws:${named.arn.replace('@', where)}${path}${this.#nameOf(resource)}`;
  }

  /** A function may be told by its name, too. */
  functionArn(value: unknown, home: Home): Text {
    const text = this.of(value, home);
    if (text.startsWith('arn:')) return text.replace(/^arn:[^:]+:/, 'arn:aws:');
    const region = home.region ?? unknown('AWS::Region');
    return `arn:aws:lambda:${region}:${home.account ?? unknown('AWS::AccountId')}:function:${text}`;
  }

  #nameOf({ key, type, properties, home }: Resource): Text {
    const named = NAMED[type];
    const said = named && properties[named.property];
    return said === undefined ? madeUp(key) : this.of(said, home);
  }

  #ref(id: string, home: Home): Text {
    if (id === 'AWS::Partition') return 'aws';
    if (id === 'AWS::Region') return home.region ?? unknown(id);
    if (id === 'AWS::AccountId') return home.account ?? unknown(id);
    const given = home.given.get(id);
    if (given !== undefined) return this.of(given.value, given.home);
    const resource = this.#byKey.get(`${home.name}/${id}`);
    if (resource === undefined) return unknown(id.startsWith('AWS::') ? id : `${home.name}/${id}`);
    if (NAMED[resource.type]?.ref === 'arn' || LAMBDA_POINTERS.includes(resource.type)) {
      return this.arnOf(resource)!;
    }
    return this.#nameOf(resource);
  }

  #attribute(argument: string | readonly string[], home: Home): Text {
    const [id = '', ...rest] = typeof argument === 'string' ? argument.split('.') : argument;
    const attribute = rest.join('.');
    const resource = this.#byKey.get(`${home.name}/${id}`);
    const arn = resource && this.arnOf(resource);
    if (arn === undefined) return madeUp(`${home.name}/${id}.${attribute}`);
    if (attribute === 'Arn') return resource!.type === 'AWS::Logs::LogGroup' ? `${arn}:*` : arn;
    if (attribute === 'StreamArn') return `${arn}/stream/${madeUp(resource!.key)}`;
    if (attribute === 'TopicArn') return arn;
    if (attribute.endsWith('Name')) return this.#nameOf(resource!);
    return madeUp(`${home.name}/${id}.${attribute}`);
  }

  #substituted(argument: unknown, home: Home): Text {
    const [text, values] = Array.isArray(argument)
      ? (argument as [string, Readonly<Record<string, unknown>>])
      : [String(argument), {}];
    return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literally: string, name: string) => {
      if (literally !== '') return `\${${name}}`;
      if (Object.hasOwn(values, name)) return this.of(values[name], home);
      return name.includes('.') ? this.#attribute(name, home) : this.#ref(name, home);
    });
  }

  #selected([index, list]: [unknown, unknown], home: Home): Text | undefined {
    if (Array.isArray(list)) return this.of(list[Number(index)], home);
    const { 'Fn::Split': split } = list as { 'Fn::Split'?: [string, unknown] };
    if (split === undefined) return undefined;
    // what is unknown may hold the separator
    const text = this.of(split[1], home);
    return text.includes('⟪') ? undefined : text.split(split[0])[Number(index)];
  }
}

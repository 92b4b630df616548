import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  CfnCondition,
  CfnOutput,
  CfnParameter,
  CustomResource,
  Fn,
  NestedStack,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime as LambdaRuntime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { StackChoiceError } from '../../local/assembly/cloud-assembly.ts';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

process.env['CDK_VALIDATION'] = 'false';

const PLACE = { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1', accountId: '000000000000' };

interface AnyTemplate {
  Resources: Record<
    string,
    { Type: string; Properties?: Record<string, unknown>; DependsOn?: unknown; Condition?: string }
  >;
  Outputs?: Record<string, object>;
  Parameters?: object;
  Conditions?: object;
  Mappings?: object;
}

const ownFile = () => readdirSync(ASSEMBLY_DIR).find((name) => name.endsWith('.template.json'))!;
const ownTemplate = (): AnyTemplate =>
  JSON.parse(readFileSync(join(ASSEMBLY_DIR, ownFile()), 'utf8')) as AnyTemplate;

const write = (folder: string, name: string, content: object) =>
  writeFileSync(join(folder, name), JSON.stringify(content));

/** An assembly of these stacks, without a copy of the functions' code. */
function assemblyOf(stacks: Readonly<Record<string, AnyTemplate>>): string {
  const directory = temporaryFolder('foreign');
  const assets = JSON.parse(
    readFileSync(join(ASSEMBLY_DIR, ownFile().replace('.template.', '.assets.')), 'utf8'),
  ) as { files: Record<string, { source: { path: string } }> };
  for (const { source } of Object.values(assets.files)) source.path = join(ASSEMBLY_DIR, source.path);
  const artifacts: Record<string, object> = {};
  for (const [path, template] of Object.entries(stacks)) {
    const [name = '', stage] = path.split('/').toReversed();
    const folder = stage === undefined ? directory : join(directory, `assembly-${stage}`);
    mkdirSync(folder, { recursive: true });
    const artifact = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${name}.template.json` },
      displayName: path,
    };
    if (stage === undefined) artifacts[name] = artifact;
    else {
      artifacts[`assembly-${stage}`] = {
        type: 'cdk:cloud-assembly',
        properties: { directoryName: `assembly-${stage}` },
      };
      write(folder, 'manifest.json', { artifacts: { [name]: artifact } });
    }
    write(folder, `${name}.template.json`, template);
    write(folder, `${name}.assets.json`, assets);
  }
  write(directory, 'manifest.json', { artifacts });
  return directory;
}

function read(stacks: Readonly<Record<string, AnyTemplate>>, stack?: string) {
  const lines: string[] = [];
  const plan = readAssembly({
    ...PLACE,
    directory: assemblyOf(stacks),
    stack,
    onPassedOver: (line) => lines.push(line),
  });
  return { plan, lines };
}

/** A stack with what teams have beside a pipeline, as the CDK writes it. */
function foreignTemplate(): AnyTemplate {
  const app = new App({ outdir: temporaryFolder('foreign-app'), analyticsReporting: false });
  const stack = new Stack(app, 'Foreign');
  const topic = new Topic(stack, 'Alarm');
  const python = new LambdaFunction(stack, 'Python', {
    runtime: LambdaRuntime.PYTHON_3_13,
    handler: 'index.handler',
    code: Code.fromInline('def handler(event, context): pass'),
    environment: { TOPIC: topic.topicArn },
  });
  const bucket = new Bucket(stack, 'Theirs', {
    autoDeleteObjects: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  bucket.grantRead(python);
  new Table(stack, 'Rows', {
    partitionKey: { name: 'a', type: AttributeType.STRING },
    sortKey: { name: 'b', type: AttributeType.STRING },
  }).addLocalSecondaryIndex({ indexName: 'by-c', sortKey: { name: 'c', type: AttributeType.STRING } });
  new Queue(stack, 'Ordered', { fifo: true });
  new Rule(stack, 'Nightly', { schedule: Schedule.cron({ hour: '3' }), targets: [new SnsTopic(topic)] });
  new EventBus(stack, 'Partners');
  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Pass')),
  });
  new Secret(stack, 'Secret');
  new Vpc(stack, 'Net', { maxAzs: 2 });
  new CustomResource(stack, 'Magic', { serviceToken: python.functionArn });
  new Topic(new NestedStack(stack, 'Inner'), 'Deep');
  const wanted = new CfnParameter(stack, 'Wanted', { default: 'no' });
  const asked = new CfnParameter(stack, 'Asked');
  const condition = new CfnCondition(stack, 'IsWanted', {
    expression: Fn.conditionEquals(wanted.valueAsString, 'yes'),
  });
  const optional = new Topic(stack, 'Optional', { displayName: asked.valueAsString });
  (
    optional.node.defaultChild as unknown as { cfnOptions: { condition: CfnCondition } }
  ).cfnOptions.condition = condition;
  new CfnOutput(stack, 'PythonName', { value: python.functionName });
  new CfnOutput(stack, 'AskedValue', { value: asked.valueAsString });
  return app.synth().getStackByName('Foreign').template as AnyTemplate;
}

let own: AnyTemplate;
let plain: ReturnType<typeof read>;

beforeAll(() => {
  own = ownTemplate();
  plain = read({ Own: own });
});

const count = (type: string) => Object.values(own.Resources).filter(({ Type }) => Type === type).length;

/** A stack that exports one thing of that type. */
const exporting = (Type: string): AnyTemplate => ({
  Resources: { It: { Type } },
  Outputs: { Out: { Value: { Ref: 'It' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:It' } } } },
});

/** Our template, one of whose rules is there under that condition. */
const conditionalRule = (Condition: string) => {
  const template = structuredClone(own);
  const [id] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::Events::Rule')!;
  template.Resources[id]!.Condition = Condition;
  for (const [name, output] of Object.entries(template.Outputs!)) {
    if (JSON.stringify(output).includes(`"${id}"`)) delete template.Outputs![name];
  }
  return {
    ...template,
    Parameters: { Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
    Conditions: {
      Never: { 'Fn::Equals': ['a', 'b'] },
      Unknown: { 'Fn::Equals': [{ Ref: 'Secret' }, 'b'] },
    },
  };
};

describe('a pipeline', () => {
  test('needs all of its own: nothing of it is passed over', () => {
    expect(plain.lines).toEqual([]);
    const { buckets, queues, tables, rules, archives, functions, mappings } = plain.plan;
    expect([buckets.length, queues.length, tables.length, rules.length]).toEqual(
      ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::DynamoDB::Table', 'AWS::Events::Rule'].map(count),
    );
    expect([archives.length, functions.length, mappings.length]).toEqual(
      ['AWS::Events::Archive', 'AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping'].map(count),
    );
  });

  // the CDK's modules are slow to load
  test(
    'starts beside what the CDK makes for others, each passed over with a line',
    { timeout: 240_000 },
    () => {
      const foreign = foreignTemplate();
      const { plan, lines } = read({
        Own: {
          ...own,
          Resources: { ...foreign.Resources, ...own.Resources },
          Outputs: { ...foreign.Outputs, ...own.Outputs },
          Parameters: { ...foreign.Parameters, ...own.Parameters },
          Conditions: { ...foreign.Conditions },
          Mappings: { ...foreign.Mappings },
        },
      });

      const { PythonName, ...outputs } = plan.outputs;
      expect({ ...plan, outputs }).toEqual(plain.plan);
      expect(PythonName).toMatch(/^Own-Python/);
      const types = new Set(lines.map((line) => line.split(' ')[2]));
      expect(lines).toContainEqual(
        expect.stringMatching(/^passed over: AWS::SNS::Topic Alarm\w+: nothing of the pipeline needs it$/),
      );
      expect([...types]).toEqual(
        expect.arrayContaining([
          'AWS::Lambda::Function',
          'AWS::S3::Bucket',
          'AWS::DynamoDB::Table',
          'AWS::SQS::Queue',
          'AWS::Events::Rule',
          'AWS::StepFunctions::StateMachine',
          'AWS::SecretsManager::Secret',
          'AWS::EC2::VPC',
          'AWS::CloudFormation::CustomResource',
          'AWS::CloudFormation::Stack',
          'Custom::S3AutoDeleteObjects',
        ]),
      );
      expect(lines).toContainEqual(
        expect.stringMatching(
          /^passed over: output AskedValue: .*the parameter "Asked" of type String without a default/,
        ),
      );
      // under a condition that does not hold it is not there, so that nobody passes it over
      expect(lines.some((line) => line.includes('Optional'))).toBe(false);
    },
  );

  test('is the same with any resources of unknown types beside it, whatever these refer to', () => {
    const name = fc.stringMatching(/^[A-Z][a-z]{2,8}$/);
    const type = fc.oneof(
      fc.tuple(name, name).map(([service, kind]) => `AWS::${service}x::${kind}`),
      name.map((kind) => `Custom::${kind}`),
    );
    const ids = Object.keys(own.Resources);
    const reference = fc
      .constantFrom(...ids, 'Nobody')
      .chain((id) =>
        fc.constantFrom<object>(
          { Ref: id },
          { 'Fn::GetAtt': [id, 'Arn'] },
          { 'Fn::Sub': `x-\${${id}}` },
          { 'Fn::If': ['Unknown', { Ref: id }, { 'Fn::Transform': {} }] },
          { 'Fn::ImportValue': id },
        ),
      );
    const resource = fc.record({
      Type: type,
      Properties: fc.dictionary(name, fc.oneof(fc.jsonValue(), reference, fc.array(reference))),
      DependsOn: fc.constantFrom(...ids),
    });

    fc.assert(
      fc.property(fc.array(resource, { maxLength: 12 }), (resources) => {
        const added = Object.fromEntries(resources.map((one, index) => [`Foreign${index}`, one]));
        const { plan, lines } = read({ Own: { ...own, Resources: { ...own.Resources, ...added } } });

        expect(plan).toEqual(plain.plan);
        expect(lines).toHaveLength(resources.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what a pipeline refers to', () => {
  /** The template with one more thing that a function's environment or role names. */
  const withReference = (
    value: unknown,
    resources: AnyTemplate['Resources'] = {},
    more: Partial<AnyTemplate> = {},
  ) => {
    const template = { ...structuredClone(own), ...more };
    const lambda = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function')!;
    const { Variables } = lambda.Properties!['Environment'] as { Variables: Record<string, unknown> };
    Variables['ELSEWHERE'] = value;
    return { ...template, Resources: { ...template.Resources, ...resources } };
  };
  const elsewhere = (stacks: Readonly<Record<string, AnyTemplate>>) =>
    read(stacks, 'Own').plan.functions.find(({ environment }) => 'ELSEWHERE' in environment)!.environment[
      'ELSEWHERE'
    ];

  test.each<[what: string, value: unknown, resources: AnyTemplate['Resources'], gives: RegExp]>([
    [
      'a topic',
      { Ref: 'It' },
      { It: { Type: 'AWS::SNS::Topic' } },
      /^arn:aws:sns:us-east-1:000000000000:Own-It$/,
    ],
    [
      'a state machine',
      { 'Fn::GetAtt': ['It', 'Arn'] },
      { It: { Type: 'AWS::StepFunctions::StateMachine' } },
      /^arn:aws:states:us-east-1:000000000000:stateMachine:Own-It$/,
    ],
    [
      'a bus',
      { 'Fn::Sub': '${It.Arn}' },
      { It: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::Sub': 'bus-${AWS::Region}' } } } },
      /^arn:aws:events:us-east-1:000000000000:event-bus\/bus-us-east-1$/,
    ],
    [
      'a key',
      { 'Fn::GetAtt': ['It', 'Arn'] },
      { It: { Type: 'AWS::KMS::Key' } },
      /^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/,
    ],
  ])('has the identity that CloudFormation would give it: %s', (_, value, resources, gives) => {
    expect(elsewhere({ Own: withReference(value, resources) })).toMatch(gives);
  });

  test.each<[what: string, value: unknown, resources: AnyTemplate['Resources'], named: RegExp]>([
    [
      'of a type that is not known',
      { Ref: 'It' },
      { It: { Type: 'AWS::Cognito::UserPool' } },
      /AWS::Cognito::UserPool "It"/,
    ],
    [
      'that can be known and not honoured',
      { Ref: 'It' },
      { It: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
      /AWS::SQS::Queue "It" FifoQueue true/,
    ],
    [
      'of another language',
      { 'Fn::GetAtt': ['It', 'Arn'] },
      { It: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'python3.13' } } },
      /AWS::Lambda::Function "It" Runtime "python3.13"/,
    ],
    ['by an intrinsic that is not known', { 'Fn::Transform': { Name: 'x' } }, {}, /Fn::Transform/],
    [
      'that no stack exports',
      { 'Fn::ImportValue': 'Nobody' },
      {},
      /Fn::ImportValue "Nobody", which no stack/,
    ],
    ['and that is not there', { Ref: 'Nobody' }, {}, /a reference to "Nobody"/],
  ])('is refused by name: a thing %s', (_, value, resources, named) => {
    expect(() => elsewhere({ Own: withReference(value, resources) })).toThrow(named);
  });

  test('may hang on parameters, conditions, mappings and the zones of a Region', () => {
    const parts = {
      Parameters: {
        Kind: { Type: 'String', Default: 'big' },
        Sizes: { Type: 'CommaDelimitedList', Default: 'a,b' },
      },
      Conditions: {
        IsBig: { 'Fn::Equals': [{ Ref: 'Kind' }, 'big'] },
        IsSmall: { 'Fn::Not': [{ Condition: 'IsBig' }] },
        Both: { 'Fn::And': [{ Condition: 'IsBig' }, { Condition: 'IsSmall' }] },
        Either: { 'Fn::Or': [{ Condition: 'IsBig' }, { Condition: 'Both' }] },
      },
      Mappings: { Sizes: { big: { rows: 'many' } } },
    };
    const value = {
      'Fn::Join': [
        '|',
        [
          { 'Fn::If': ['IsSmall', { Ref: 'Nobody' }, 'large'] },
          { 'Fn::If': ['Both', 'both', { 'Fn::If': ['Either', 'either', 'neither'] }] },
          { 'Fn::FindInMap': ['Sizes', { Ref: 'Kind' }, 'rows'] },
          { 'Fn::FindInMap': ['Sizes', 'tiny', 'rows', { DefaultValue: 'few' }] },
          { 'Fn::Select': [1, { Ref: 'Sizes' }] },
          { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
          { 'Fn::Base64': 'x' },
        ],
      ],
    };

    expect(elsewhere({ Own: withReference(value, {}, parts) })).toBe(
      'large|either|many|few|b|us-east-1a|eA==',
    );
  });

  test('may be what another stack exports, if that need not run here', () => {
    const template = withReference({ 'Fn::ImportValue': 'Data:It' });

    expect(elsewhere({ Own: template, Data: exporting('AWS::SNS::Topic') })).toBe(
      'arn:aws:sns:us-east-1:000000000000:Data-It',
    );
    expect(() => elsewhere({ Own: template, Data: exporting('AWS::DynamoDB::Table') })).toThrow(
      /Fn::ImportValue "Data:It": AWS::DynamoDB::Table "It" of the stack Data, which does not run beside/,
    );
  });

  test('is not there under a condition that does not hold, and is refused under one that cannot be computed', () => {
    expect(read({ Own: conditionalRule('Never') }).plan.rules).toHaveLength(plain.plan.rules.length - 1);
    expect(() => read({ Own: conditionalRule('Unknown') })).toThrow(
      /AWS::Events::Rule "\w+" Condition "Unknown" \(.*"Secret" .*, whose value is in AWS/,
    );
  });
});

describe('of several stacks', () => {
  const other: AnyTemplate = { Resources: { T: { Type: 'AWS::SNS::Topic' } } };
  const pipeline: AnyTemplate = { Resources: {}, Outputs: { IngestBucketName: { Value: 'b' } } };

  test('the only one with a pipeline is taken', () => {
    expect(read({ Other: other, Own: own }).plan.stackName).toBe('Own');
    expect(read({ Other: other, 'Prod/Own': own }).plan.stackName).toBe('Own');
  });

  test('the named one is taken, by its own name or by its path', () => {
    const stacks = { Own: own, 'Prod/Second': own };
    expect(read(stacks, 'Own').plan.stackName).toBe('Own');
    expect(read(stacks, 'Second').plan.stackName).toBe('Second');
    expect(read(stacks, 'Prod/Second').plan.stackName).toBe('Second');
  });

  test.each<
    [what: string, stacks: Readonly<Record<string, AnyTemplate>>, name: string | undefined, words: RegExp]
  >([
    [
      'two pipelines and no name',
      { Own: pipeline, Second: pipeline, Other: other },
      undefined,
      /the app has 3 stacks, and 2 of them with a pipeline .*choose one with --stack NAME; there are Own \(a pipeline\), Second \(a pipeline\), Other/,
    ],
    [
      'none with a pipeline',
      { A: other, B: other },
      undefined,
      /2 stacks, and none of them .*there are A, B/,
    ],
    ['a name that none has', { Own: pipeline }, 'Nobody', /no stack "Nobody"; there is Own \(a pipeline\)/],
  ])('is said which there are: %s', (_, stacks, name, words) => {
    expect(() => read(stacks, name)).toThrow(words);
    expect(() => read(stacks, name)).toThrow(StackChoiceError);
  });
});

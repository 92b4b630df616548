import { describe, expect, test } from 'vitest';
import { WORKERS, resourcesOfType, statementsOfRole, synthesize } from '../support/pipeline-template.ts';
import { pascalCase } from '../../../shared/pascal-case.ts';

const STATE_MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:big';

interface Rule {
  readonly CidrIp?: string;
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
}

/** ids of a role's consumer. */
const roleOf = (name: string) => `${pascalCase(name)}Role`;

describe.each(['dev', 'prod'])('with the context vpc=true, in %s,', (stage) => {
  const template = synthesize({ stage, vpc: 'true' });
  const ofType = (type: string) => resourcesOfType(template, type).map(([, { Properties }]) => Properties);
  const groups = new Map(resourcesOfType(template, 'AWS::EC2::SecurityGroup'));
  const groupId = (part: string) => [...groups.keys()].find((id) => id.includes(part));

  test('every function is in the network, in two zones, in the group that admits nobody', () => {
    const functions = ofType('AWS::Lambda::Function');
    const subnets = resourcesOfType(template, 'AWS::EC2::Subnet').map(([id]) => ({ Ref: id }));

    expect(subnets).toHaveLength(2);
    expect(functions).toHaveLength(WORKERS.length);
    for (const { VpcConfig } of functions) {
      expect(VpcConfig).toEqual({
        SubnetIds: subnets,
        SecurityGroupIds: [{ 'Fn::GetAtt': [groupId('FunctionsGroup'), 'GroupId'] }],
      });
    }
    const own = groups.get(groupId('FunctionsGroup')!)!.Properties;
    expect(own['SecurityGroupIngress']).toBeUndefined();
    expect(own['SecurityGroupEgress']).toMatchObject([
      { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 } satisfies Rule,
    ]);
  });

  test('there is no way to the internet, and none from it', () => {
    for (const type of ['InternetGateway', 'NatGateway', 'EgressOnlyInternetGateway', 'VPNGateway', 'EIP']) {
      expect(ofType(`AWS::EC2::${type}`)).toEqual([]);
    }
    expect(ofType('AWS::EC2::Route')).toEqual([]);
    for (const { MapPublicIpOnLaunch = false } of ofType('AWS::EC2::Subnet')) {
      expect(MapPublicIpOnLaunch).toBe(false);
    }
  });

  test('the endpoints of S3 and DynamoDB lead to this account alone', () => {
    const gateways = ofType('AWS::EC2::VPCEndpoint').filter(
      ({ VpcEndpointType }) => VpcEndpointType === 'Gateway',
    );

    expect(gateways.map(({ ServiceName }) => ServiceName['Fn::Join'][1].at(-1))).toEqual([
      '.s3',
      '.dynamodb',
    ]);
    for (const { PolicyDocument } of gateways) {
      expect(PolicyDocument.Statement).toMatchObject([
        {
          Effect: 'Allow',
          Condition: {
            StringEquals: {
              'aws:PrincipalAccount': { Ref: 'AWS::AccountId' },
              'aws:ResourceAccount': { Ref: 'AWS::AccountId' },
            },
          },
        },
      ]);
    }
  });

  test('Lambda may join a function to it, and the function’s own code may not', () => {
    const roles = resourcesOfType(template, 'AWS::IAM::Role');
    for (const { name } of WORKERS) {
      const [, role] = roles.find(([id]) => id.startsWith(roleOf(name)))!;
      const joining = statementsOfRole(template, role).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('ec2:')),
      );
      const [allowed, denied] = joining;

      expect(joining.map(({ Effect }) => Effect)).toEqual(['Allow', 'Deny']);
      expect(denied?.Action).toEqual(allowed?.Action);
      expect(allowed?.Condition).toBeUndefined();
      // of the code's calls alone is it known which function makes them
      expect(denied?.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
      expect(denied?.Resource).toBe('*');
    }
  });

  test('its connections are logged, into a folder that only this account’s logs may fill', () => {
    expect(ofType('AWS::EC2::FlowLog')).toMatchObject([{ TrafficType: 'ALL', LogDestinationType: 's3' }]);
    const statements = ofType('AWS::S3::BucketPolicy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement as readonly Record<string, unknown>[],
    );
    expect(statements.filter(({ Sid }) => String(Sid).startsWith('FlowLogs'))).toMatchObject([
      {
        Action: 's3:PutObject',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
      { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
    ]);
  });
});

const interfacesOf = (context: Record<string, string>) =>
  resourcesOfType(synthesize({ vpc: 'true', ...context }), 'AWS::EC2::VPCEndpoint').filter(
    ([, { Properties }]) => Properties['VpcEndpointType'] === 'Interface',
  );

test('an endpoint to Step Functions is there where something is handed over, beside that to SQS', () => {
  expect(interfacesOf({})).toHaveLength(1);
  expect(interfacesOf({ handOver: STATE_MACHINE })).toHaveLength(2);
});

describe.each(['dev', 'prod'])('concurrency in %s', (stage) => {
  const reservedOf = (context: Record<string, string>) =>
    resourcesOfType(synthesize({ stage, ...context }), 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties['ReservedConcurrentExecutions'] as number | undefined,
    );
  const mapped = resourcesOfType(synthesize({ stage }), 'AWS::Lambda::EventSourceMapping').map(
    ([, { Properties }]) => Properties['ScalingConfig'].MaximumConcurrency as number,
  );

  test('is set aside where the context says reservedConcurrency=true: as much as the mapping makes', () => {
    expect(reservedOf({ reservedConcurrency: 'true' }).map(String).toSorted()).toEqual(
      mapped.map(String).toSorted(),
    );
  });

  test('is not set aside otherwise, nor is there a network', () => {
    expect(new Set(reservedOf({}))).toEqual(new Set([undefined]));
    expect(new Set(reservedOf({ reservedConcurrency: 'false' }))).toEqual(new Set([undefined]));
    expect(resourcesOfType(synthesize({ stage }), 'AWS::EC2::VPC')).toEqual([]);
  });
});

test('a yes or no that is neither is refused', () => {
  for (const name of ['vpc', 'reservedConcurrency']) {
    expect(() => synthesize({ [name]: 'yes' })).toThrow(`context ${name} is "yes": it must be true or false`);
  }
});

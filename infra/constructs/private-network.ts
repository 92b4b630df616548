import { Stack } from 'aws-cdk-lib';
import {
  CfnFlowLog,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import type { AccessLogBucket } from './access-log-bucket.ts';

export interface PrivateNetworkProps {
  readonly stage: Stage;
  /** Where it is written which connections were made. */
  readonly logs: AccessLogBucket;
}

/** Where the flow logs lie in the bucket of logs. */
const FLOW_LOGS = 'Network/';

/**
 * A network for the functions alone, in two zones, without a way to the internet: S3, DynamoDB and SQS are reached by endpoints, and Step
 * Functions where something is handed over to it. Whatever else a function asks for, it does not reach.
 *
 * By the endpoints of S3 and DynamoDB nobody reaches buckets or tables of another account: what a function reads cannot be carried there.
 */
export class PrivateNetwork extends Construct {
  readonly vpc: IVpc;
  /** What the functions are in. It admits nobody. */
  readonly functions: SecurityGroup;

  constructor(scope: Construct, id: string, { stage, logs }: PrivateNetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [{ name: 'Functions', subnetType: SubnetType.PRIVATE_ISOLATED }],
      // by a hidden custom resource with a function of its own: nothing here is in the default group
      restrictDefaultSecurityGroup: false,
    }) as IVpc;
    this.functions = new SecurityGroup(this, 'FunctionsGroup', {
      vpc: this.vpc,
      description: 'Functions of Sluice',
      allowAllOutbound: false,
    });
    // S3 and DynamoDB have public addresses behind their endpoints, and there is no other way out
    this.functions.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'to endpoints');
    this.#gateways();
    this.#interfaces(stage);
    this.#flowLog(logs);
  }

  /** What puts a function there. */
  get placement(): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.functions],
    };
  }

  #gateways(): void {
    for (const [name, service, actions] of [
      ['S3', GatewayVpcEndpointAwsService.S3, 's3:*'],
      ['DynamoDb', GatewayVpcEndpointAwsService.DYNAMODB, 'dynamodb:*'],
    ] as const) {
      this.vpc.addGatewayEndpoint(name, { service }).addToPolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: [actions],
          resources: ['*'],
          conditions: {
            StringEquals: {
              'aws:PrincipalAccount': Stack.of(this).account,
              'aws:ResourceAccount': Stack.of(this).account,
            },
          },
        }),
      );
    }
  }

  #interfaces({ handOver }: Stage): void {
    const group = new SecurityGroup(this, 'EndpointsGroup', {
      vpc: this.vpc,
      description: 'Endpoints for the functions of Sluice',
      allowAllOutbound: false,
    });
    group.addIngressRule(this.functions, Port.HTTPS, 'from functions');
    const services = {
      Sqs: InterfaceVpcEndpointAwsService.SQS,
      ...(handOver !== undefined && { StepFunctions: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS }),
    };
    for (const [name, service] of Object.entries(services)) {
      this.vpc.addInterfaceEndpoint(name, { service, securityGroups: [group], open: false });
    }
  }

  /** The lower-level construct: the higher one gives S3 no policy without a feature flag. */
  #flowLog(logs: AccessLogBucket): void {
    const { account } = Stack.of(this);
    const source = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'logs', resource: '*' }) },
    };
    const delivery = [new ServicePrincipal('delivery.logs.amazonaws.com')];
    const admitted = [
      new PolicyStatement({
        sid: 'FlowLogs',
        principals: delivery,
        actions: ['s3:PutObject'],
        resources: [logs.arnForObjects(`${FLOW_LOGS}AWSLogs/${account}/*`)],
        conditions: source,
      }),
      new PolicyStatement({
        sid: 'FlowLogsLook',
        principals: delivery,
        actions: ['s3:GetBucketAcl', 's3:ListBucket'],
        resources: [logs.bucketArn],
        conditions: source,
      }),
    ].map((statement) => logs.addToResourcePolicy(statement).policyDependable);
    const flowLog = new CfnFlowLog(this, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: this.vpc.vpcId,
      trafficType: 'ALL',
      logDestinationType: 's3',
      logDestination: logs.arnForObjects(FLOW_LOGS),
    });
    // else AWS writes a policy of its own there first
    for (const policy of admitted) if (policy !== undefined) flowLog.node.addDependency(policy);
  }
}

import type { Plan } from '../plan.ts';
import { invokeConfig, planFunction, planMapping, planRole, rolePolicy, managedPolicy } from './compute.ts';
import { functionPermission } from './function-permissions.ts';
import { keyAlias, planKey } from './key-plan.ts';
import { planArchive, planQueue, queuePolicy } from './messaging.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { planRule, targetRoles } from './rule-plan.ts';
import { bucketPolicy, planBucket, planTable } from './storage.ts';
import { planTopic, topicPolicy } from './topic-plan.ts';

type Planned = Omit<Plan, 'accountId' | 'endpoint' | 'outputs' | 'region' | 'stackName'>;

/** What is needed here by its name alone. */
const NAMES_ALONE = new Set([
  'AWS::Events::EventBus',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
]);

/** No meaning where nothing is watched, priced or shared; accepted whole, without a word. */
const WITHOUT_LOCAL_MEANING = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::LogGroup',
  'AWS::Logs::QueryDefinition',
  // who may publish is read where something here does; who would hear it means nothing
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::CDK::Metadata',
  // for whoever is not of this machine, unless a role has it
  'AWS::IAM::ManagedPolicy',
]);

/** Whether it is passed over without a word. */
export function hasNoLocalMeaning(type: string): boolean {
  return WITHOUT_LOCAL_MEANING.has(type);
}

/**
 * The template's resources as plans, each with the policies that other resources attach to it.
 *
 * @param assetFolder finds a function's code by its key in the assets bucket
 * @throws UnsupportedFeatureError for anything that cannot be honoured
 */
export function planResources(
  resources: readonly ResolvedResource[],
  assetFolder: (objectKey: string) => string,
): Planned {
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const bucketPolicies = ofType('AWS::S3::BucketPolicy').map(bucketPolicy);
  const queuePolicies = ofType('AWS::SQS::QueuePolicy').map(queuePolicy);
  const rolePolicies = [
    ...ofType('AWS::IAM::Policy').map(rolePolicy),
    ...ofType('AWS::IAM::ManagedPolicy').map(managedPolicy),
  ];
  const roles = new Map(ofType('AWS::IAM::Role').map((role) => planRole(role, rolePolicies)));
  const invokeConfigs = new Map(ofType('AWS::Lambda::EventInvokeConfig').map(invokeConfig));
  const permissions = ofType('AWS::Lambda::Permission').flatMap(functionPermission);
  const rules = ofType('AWS::Events::Rule').map(planRule);
  const aliases = ofType('AWS::KMS::Alias').map(keyAlias);
  const keys = ofType('AWS::KMS::Key').map((key) => planKey(key, aliases));
  const topicPolicies = ofType('AWS::SNS::TopicPolicy').map(topicPolicy);
  const topics = ofType('AWS::SNS::Topic').map((topic) => planTopic(topic, topicPolicies));
  const planned: Planned = {
    buckets: ofType('AWS::S3::Bucket').map((bucket) => planBucket(bucket, bucketPolicies)),
    queues: ofType('AWS::SQS::Queue').map((queue) => planQueue(queue, queuePolicies)),
    tables: ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(planTable),
    rules,
    targetRoles: targetRoles(rules, roles),
    ...(keys.length > 0 && { keys }),
    ...(topics.length > 0 && { topics }),
    archives: ofType('AWS::Events::Archive').map(planArchive),
    functions: ofType('AWS::Lambda::Function').map((lambda) =>
      planFunction(lambda, roles, { invokeConfigs, permissions }, assetFolder),
    ),
    mappings: ofType('AWS::Lambda::EventSourceMapping').map(planMapping),
  };
  for (const { type, properties } of resources) {
    const isRead = type === 'AWS::IAM::ManagedPolicy' || !(hasNoLocalMeaning(type) || NAMES_ALONE.has(type));
    if (isRead) properties.finish();
  }
  return planned;
}

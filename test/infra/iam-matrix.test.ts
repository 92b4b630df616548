import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { targetOf } from '../../infra/target-of.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import {
  CONSUMERS,
  WORKERS,
  onlyFirst,
  resourcesOfType,
  statementsOfRole,
  synthesize,
  type PipelineTemplate,
  type Resource,
  type RoleStatement,
} from './support/pipeline-template.ts';

/** Construct ids of the tables that consumers have of their own. */
const TABLES = CONSUMERS.flatMap(({ name, ownTable }) =>
  ownTable === undefined ? [] : [ownTable.id ?? `${pascalCase(name)}Table`],
);

/**
 * Role, or policy for an operator → every pair of an action and a resource that it is allowed, with what it is bound to, and for a
 * role who may take it on: `s3:GetObject on IngestBucket/* when Bool aws:MultiFactorAuthPresent true`
 */
type Matrix = Record<string, string[]>;

/** How a rule takes a role on for its target. */
const BY_RULES = 'sts:AssumeRole by events.amazonaws.com when StringEquals aws:SourceAccount AWS::AccountId';

const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
/** The ids of the consumers that have such a resource. */
function idsWith(resource: string): readonly string[] {
  const kinds = /\}(Function|Log|Mapping)$/.test(resource)
    ? ['function']
    : /\}Queues(DeadLetter)?Queue$/.test(resource)
      ? ['function', 'queue']
      : ['function', 'queue', 'bus', 'state-machine'];
  return CONSUMERS.filter((definition) => kinds.includes(targetOf(definition).kind)).map(({ name }) =>
    pascalCase(name),
  );
}
const golden: Matrix = Object.fromEntries(
  CONSUMERS.flatMap((definition) => {
    const id = pascalCase(definition.name);
    const target = targetOf(definition);
    switch (target.kind) {
      case 'function':
        return [
          [`${id}Role`, [...everyRoles(id), ...own(definition.name).map((pair) => byHandler(pair, id))]],
        ];
      case 'queue':
        return [];
      case 'bus':
        return [[`${id}TargetRole`, [`events:PutEvents on ${target.arn}`, BY_RULES]]];
      case 'state-machine':
      default:
        return [[`${id}TargetRole`, [`states:StartExecution on ${target.arn}`, BY_RULES]]];
    }
  }),
);
const operator = Object.fromEntries(
  Object.entries(read('operator-matrix.json') as Matrix).map(([policy, pairs]) => [
    policy,
    pairs.flatMap(expanded),
  ]),
);

/** A pair of a consumer's grants, as its own function alone may have it. */
function byHandler(pair: string, id: string): string {
  if (!/^(dynamodb|s3):/.test(pair)) return pair;
  const [what, conditions = ''] = pair.split(' when ');
  const own = `ArnEquals lambda:SourceFunctionArn ${id}Function`;
  return `${what} when ${[own, ...conditions.split(', ').filter((one) => one !== '')].toSorted().join(', ')}`;
}

/** What every consumer's role may do, whatever it does. */
function everyRoles(id: string): string[] {
  return (read('iam/every-consumer.json') as string[]).map((pair) => pair.replaceAll('{consumer}', id));
}

/** What one consumer may do besides: the pairs that its grants are to come to. */
function own(name: string): string[] {
  const file = `iam/${name}.json`;
  if (existsSync(join(import.meta.dirname, file))) return read(file) as string[];
  throw new Error(
    `test/infra/${file} is missing: list there what ${name} may do, as "s3:GetObject on IngestBucket/csv/*"`,
  );
}

/** The pair of every consumer, of every table, or of every index of a table. */
function expanded(pair: string): string[] {
  if (pair.includes('{index}')) {
    return CONSUMERS.flatMap(({ keeps }) => {
      if (keeps === 'nothing' || !('rows' in keeps) || keeps.rows.index === undefined) return [];
      const { table: output } = keeps.rows;
      const table = TABLES.find((id) => [`${id}Name`, `${id}TableName`].includes(output));
      return [pair.replace('{index}', `${table}/index/${keeps.rows.index.name}`)];
    });
  }
  if (pair.includes('{consumer}')) return idsWith(pair).map((id) => pair.replaceAll('{consumer}', id));
  return pair.includes('{table}') ? TABLES.map((table) => pair.replace('{table}', table)) : [pair];
}

function matrixOf(template: PipelineTemplate): Matrix {
  const roles = resourcesOfType(template, 'AWS::IAM::Role').map(([id, role]) => [
    withoutHash(id),
    [...pairsOf(statementsOfRole(template, role)), ...trustOf(role)].toSorted(),
  ]);
  return Object.fromEntries(roles) as Matrix;
}

/** The policies that an operator's role may be given. */
function operatorMatrixOf(template: PipelineTemplate): Matrix {
  const policies = resourcesOfType(template, 'AWS::IAM::ManagedPolicy')
    .filter(([id]) => id.startsWith('Operator'))
    .map(([id, { Properties }]) => [
      withoutHash(id),
      pairsOf(Properties['PolicyDocument'].Statement).toSorted(),
    ]);
  return Object.fromEntries(policies) as Matrix;
}

function pairsOf(statements: readonly RoleStatement[]): string[] {
  return statements.flatMap(({ Effect, Action, Resource, Condition = {} }) => {
    expect(Effect).toBe('Allow');
    return [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((on) => `${action} on ${written(on)}${bound(Condition)}`));
  });
}

/** Who may take the role on: `sts:AssumeRole by lambda.amazonaws.com` */
function trustOf({ Properties }: Resource): string[] {
  const { Statement } = Properties['AssumeRolePolicyDocument'] as { Statement: readonly Trusting[] };
  return Statement.map(({ Effect, Action, Principal, Condition = {} }) => {
    expect(Effect).toBe('Allow');
    const who = Object.entries(Principal).map(([kind, one]) => (kind === 'Service' ? one : `${kind} ${one}`));
    return `${Action} by ${who.join(', ')}${bound(Condition)}`;
  });
}

type Conditions = NonNullable<RoleStatement['Condition']>;

interface Trusting {
  readonly Effect: string;
  readonly Action: string;
  readonly Principal: Readonly<Record<string, string>>;
  readonly Condition?: Conditions;
}

/** Conditions in a reader's words: ` when Bool aws:SecureTransport true, Null s3:if-none-match true` */
function bound(conditions: Conditions): string {
  const told = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => `${operator} ${key} ${[values].flat().map(written).join(' ')}`,
    ),
  );
  return told.length === 0 ? '' : ` when ${told.toSorted().join(', ')}`;
}

/** A resource's ARN in a reader's words: `IngestBucket/csv/*` for the join of the bucket's ARN and `/csv/*`. */
function written(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const {
    Ref: name,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = resource as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (name !== undefined) return withoutHash(name);
  if (attribute !== undefined && ['Arn', 'BackupVaultArn'].includes(attribute[1])) {
    return withoutHash(attribute[0]);
  }
  if (join !== undefined) return join[1].map(written).join(join[0]);
  throw new Error(`cannot write the resource ${JSON.stringify(resource)}`);
}

const withoutHash = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');

function changes(from: Matrix, to: Matrix): string[] {
  const pairs = (matrix: Matrix) =>
    Object.entries(matrix).flatMap(([role, held]) => held.map((pair) => `${role}: ${pair}`));
  const before = new Set(pairs(from));
  const after = new Set(pairs(to));
  return [
    ...[...after.difference(before)].map((pair) => `gained by ${pair}`),
    ...[...before.difference(after)].map((pair) => `lost by ${pair}`),
  ];
}

describe('the roles', () => {
  test.each(['dev', 'prod'])('may do in %s exactly what iam/ says', (stage) => {
    const backup =
      stage === 'prod' ? { BackupRole: (read('iam/backup.json') as string[]).flatMap(expanded) } : {};

    expect(changes({ ...golden, ...backup }, matrixOf(synthesize({ stage })))).toEqual([]);
  });

  test('hold no policy that is not the template’s own', () => {
    const template = synthesize();
    const managed = resourcesOfType(template, 'AWS::IAM::Role').flatMap(
      ([, { Properties }]) => Properties['ManagedPolicyArns'] ?? [],
    ) as readonly { readonly Ref?: string }[];

    expect(
      managed.filter(({ Ref = '' }) => template.Resources[Ref]?.Type !== 'AWS::IAM::ManagedPolicy'),
    ).toEqual([]);
  });

  test('cannot delete an object, and cannot change the ingest bucket', () => {
    const pairs = Object.values(golden).flat();

    expect(pairs.filter((pair) => /^s3:Delete|^s3:Put.* on (IngestBucket|\*)/.test(pair))).toEqual([]);
  });

  test('name a resource for every action but those of X-Ray', () => {
    const anywhere = Object.values(golden)
      .flat()
      .filter((pair) => pair.endsWith(' on *'));

    expect(anywhere.filter((pair) => !pair.startsWith('xray:'))).toEqual([]);
  });
});

describe('the policies for an operator', () => {
  test.each(['dev', 'prod'])('allow in %s exactly what operator-matrix.json says', (stage) => {
    const expected = Object.entries(operator).map(([policy, pairs]): [string, string[]] => [
      policy,
      pairs.map((pair) => pair.replace('{stage}', stage)),
    ]);

    // a stage may go without a dashboard, and then nobody is let in to it
    const all = synthesize({ stage, dashboard: 'true' });
    expect(changes(Object.fromEntries(expected), operatorMatrixOf(all))).toEqual([]);
  });

  test('bind an uploader to the prefixes of the context, as far as IAM can', () => {
    const { OperatorUpload: pairs = [] } = operatorMatrixOf(
      synthesize({ uploadPrefixes: 'csv/,scans/2026/' }, onlyFirst),
    );

    expect(pairs.filter((pair) => /^(s3|dynamodb):/.test(pair))).toEqual([
      'dynamodb:GetItem on ProcessedFiles when ForAllValues:StringLike dynamodb:LeadingKeys csv/* scans/2026/*, Null dynamodb:LeadingKeys false',
      'dynamodb:GetItem on UploadMetadata when ForAllValues:StringLike dynamodb:LeadingKeys IngestBucket, Null dynamodb:LeadingKeys false',
      's3:AbortMultipartUpload on IngestBucket/csv/*',
      's3:AbortMultipartUpload on IngestBucket/scans/2026/*',
      's3:ListBucket on IngestBucket when StringLike s3:prefix csv/* scans/2026/*',
      's3:ListBucketVersions on IngestBucket when StringLike s3:prefix csv/* scans/2026/*',
      's3:PutObject on IngestBucket/csv/*',
      's3:PutObject on IngestBucket/scans/2026/*',
    ]);
  });

  test('say of themselves what they said in 0.1: another text would make them anew, and leave the old ones with whoever has them', () => {
    const { Resources } = synthesize();
    const texts = Object.entries(Resources).flatMap(([id, { Properties }]) =>
      /^Operator(Read|Act)/.test(id) ? [String(Properties['Description'])] : [],
    );

    expect(texts).toEqual([
      'Look at Sluice-dev: status, ls, verify, dead list, logs, replay list, doctor',
      'Operate Sluice-dev: put, rm, pause, resume, replay, redrive, purge, backfill, repair, empty',
    ]);
  });

  test('to look let nobody change anything, but for putting back a letter that was looked at', () => {
    const changing = (operator['OperatorRead'] ?? []).filter(
      (pair) => !/^[a-z0-9]+:(Get|List|Describe|BatchGet|Query|Scan|Filter|StartQuery)/.test(pair),
    );

    expect(new Set(changing.map((pair) => pair.replace(/ on .*Queue$/, '')))).toEqual(
      new Set(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility']),
    );
    expect(changing.every((pair) => pair.endsWith('DeadLetterQueue'))).toBe(true);
  });

  test('to act cannot write what only the functions write, nor change the pipeline itself', () => {
    const pairs = operator['OperatorAct'] ?? [];

    // but for pausing a consumer and letting it go on
    const inside = pairs.filter((pair) => /^(dynamodb|lambda|iam|kms):/.test(pair));
    expect(inside.filter((pair) => !/^lambda:UpdateEventSourceMapping on .*Mapping$/.test(pair))).toEqual([]);
    expect(inside).toHaveLength(WORKERS.length);
    expect(
      pairs.filter((pair) =>
        /^s3:Put.*OutputBucket|^(events|sqs):(Put|Delete(Rule|Queue)|Create|Set)/.test(pair),
      ),
    ).toEqual([]);
  });

  test('name a resource for every action that has one', () => {
    const anywhere = Object.values(operator)
      .flat()
      .filter((pair) => pair.endsWith(' on *'));

    expect(anywhere).toEqual([
      'cloudwatch:GetMetricData on *',
      'cloudwatch:ListMetrics on *',
      'events:ListReplays on *',
      'lambda:ListEventSourceMappings on *',
      'logs:DescribeQueryDefinitions on *',
      'logs:GetQueryResults on *',
    ]);
  });

  test.each(Object.keys(operator))('%s is within what IAM takes of a managed policy', (id) => {
    const [, { Properties }] = resourcesOfType(synthesize({ stage: 'prod' }), 'AWS::IAM::ManagedPolicy').find(
      ([logicalId]) => logicalId.startsWith(id),
    )!;
    // intrinsics are longer than the ARNs that they become
    expect(JSON.stringify(Properties['PolicyDocument']).length).toBeLessThan(2 * 6_144);
  });
});

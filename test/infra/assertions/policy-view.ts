import { resourcesOfType, type PipelineTemplate, type Resource } from '../support/pipeline-template.ts';

type Json = Readonly<Record<string, unknown>>;

/** One statement of a policy document, its lists made lists. */
export interface Statement {
  /** `OutputBucketPolicy`, without the hash. */
  readonly of: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As `text` writes them. */
  readonly resources: readonly string[];
  /** Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) and name of each; `*` alone is `AWS *`. */
  readonly principals: readonly { readonly kind: string; readonly name: string }[];
  /** Operator, key and values of each condition. */
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
  /** `NotAction` and the like: turns a statement into all but what it says. */
  readonly negations: readonly string[];
}

/** A value in a reader's words: `IngestBucket/csv/*`, `MetadataWriterFunction` for its ARN, `AWS::AccountId`. */
export function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as Json;
  if (typeof Ref === 'string') return withoutHash(Ref);
  if (Array.isArray(attribute)) return withoutHash(String(attribute[0]));
  if (Array.isArray(join)) return (join[1] as unknown[]).map(text).join(String(join[0]));
  return sub === undefined ? JSON.stringify(value) : `sub:${JSON.stringify(sub)}`;
}

export const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

/** The statements of a policy document. */
function statementsOf(of: string, document: unknown): readonly Statement[] {
  return listOf((document as Json)['Statement']).map((one) => {
    const statement = one as Json;
    const { Principal = {}, Condition = {} } = statement;
    const named = typeof Principal === 'string' ? { AWS: Principal } : (Principal as Json);
    return {
      of,
      effect: String(statement['Effect']),
      actions: listOf(statement['Action']).map(text),
      resources: listOf(statement['Resource']).map(text),
      principals: Object.entries(named).flatMap(([kind, names]) =>
        listOf(names).map((name) => ({ kind, name: text(name) })),
      ),
      conditions: Object.entries(Condition as Record<string, Json>).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values).map(text) })),
      ),
      negations: Object.keys(statement).filter((name) => name.startsWith('Not')),
    };
  });
}

/** What the policies of buckets, queues, topics and keys say, of whatever kind the resource is that has one. */
export function resourceStatements(template: PipelineTemplate): readonly Statement[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type.startsWith('AWS::IAM::')) return [];
    return ['PolicyDocument', 'KeyPolicy', 'ResourcePolicy', 'AccessPolicy', 'PolicyText'].flatMap((name) =>
      Properties[name] === undefined ? [] : statementsOf(withoutHash(id), Properties[name]),
    );
  });
}

/** What roles, users, groups and policies of IAM say: inline, managed, attached or not. */
export function identityStatements(template: PipelineTemplate): readonly Statement[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    if (!Type.startsWith('AWS::IAM::')) return [];
    const inline = (Properties['Policies'] ?? []) as readonly Json[];
    const documents = [Properties['PolicyDocument'], ...inline.map((one) => one['PolicyDocument'])];
    return documents.flatMap((one) => (one === undefined ? [] : statementsOf(withoutHash(id), one)));
  });
}

/** Those of functions: not what an operator may be given, nor what backs up and what watches a network. */
export const functionStatements = (template: PipelineTemplate): readonly Statement[] =>
  identityStatements(template).filter(({ of }) => !/Operator|^(Backup|Network)/.test(of));

export const operatorStatements = (template: PipelineTemplate): readonly Statement[] =>
  identityStatements(template).filter(({ of }) => of.includes('Operator'));

/** Who may take on the roles. */
export const trustStatements = (template: PipelineTemplate): readonly Statement[] =>
  resourcesOfType(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    statementsOf(withoutHash(id), Properties['AssumeRolePolicyDocument']),
  );

/** The resources of some types, by their ids without the hash. */
export const ofTypes = (template: PipelineTemplate, ...types: string[]): readonly [string, Resource][] =>
  types.flatMap((type) => resourcesOfType(template, type)).map(([id, one]) => [withoutHash(id), one]);

/** A condition of the statement, by operators that ask for equality, and its key in any case. */
export const conditionOn = (
  { conditions }: Statement,
  key: string,
  operators = /^(String|Arn)(Equals|Like)$/,
): readonly string[] | undefined =>
  conditions.find((one) => one.key.toLowerCase() === key.toLowerCase() && operators.test(one.operator))
    ?.values;

/** A statement in a line. */
export const told = ({ of, effect, actions, resources }: Statement): string =>
  `${of}: ${effect} ${actions.join(' ')} on ${resources.join(' ')}`;

export const isAllow = ({ effect }: Statement): boolean => effect === 'Allow';

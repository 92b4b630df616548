import { Fields } from '../fields.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import { whyNotEvaluated } from '../iam/policy-conditions.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** The properties of a resource in the template. What has no meaning here need not be known: each is resolved when it is read. */
export class ResourceProperties extends Fields {
  readonly #where: string;
  readonly #resolve: (value: unknown) => unknown;

  /**
   * @param where e.g. `AWS::SQS::Queue "Dlq"`
   * @param resolve gives a value's intrinsics their values. @default it has none
   */
  constructor(where: string, properties: Json, resolve: (value: unknown) => unknown = (value) => value) {
    super(properties);
    this.#where = where;
    this.#resolve = resolve;
  }

  protected override value(name: string): unknown {
    return this.#resolve(super.value(name));
  }

  optional<T>(name: string): T | undefined {
    return this.value(name) as T | undefined;
  }

  /** The same, of a property that tells where something is that no machine needs: `undefined` too where AWS alone knows it. */
  tellable<T>(name: string): T | undefined {
    try {
      return this.optional<T>(name);
    } catch (error) {
      if (error instanceof UnsupportedFeatureError) return undefined;
      throw error;
    }
  }

  required<T>(name: string): T {
    const value = this.optional<T>(name);
    if (value === undefined) {
      throw new Error(`${this.#where} has no ${name} in the template; synthesize it again`);
    }
    return value;
  }

  /** CloudFormation takes numbers as text too. */
  number(name: string, otherwise: number): number {
    return Number(this.optional(name) ?? otherwise);
  }

  /** The object under `name`, itself read under supervision; an absent one is empty. */
  nested(name: string): ResourceProperties {
    return new ResourceProperties(`${this.#where} ${name}`, this.optional<Json>(name) ?? {});
  }

  /** The list of objects under `name`. */
  list(name: string): ResourceProperties[] {
    const value = this.optional<Json | readonly Json[]>(name) ?? [];
    // a policy with one statement may leave out the list
    const items = (Array.isArray(value) ? value : [value]) as readonly Json[];
    return items.map((item, index) => new ResourceProperties(`${this.#where} ${name}[${index}]`, item));
  }

  refuse(name: string): never {
    throw new UnsupportedFeatureError(`${this.#where} ${name} ${JSON.stringify(this.value(name) ?? '')}`);
  }

  protected override refuseUnread(name: string): never {
    this.refuse(name);
  }
}

/** What turns a statement into all but what it says. */
const NEGATIONS = ['NotAction', 'NotResource', 'NotPrincipal'];

/**
 * The statements of a policy that is asked on requests.
 *
 * @throws UnsupportedFeatureError for what `policyStatements` refuses, and naming a condition that cannot be evaluated
 */
export function evaluatedStatements(where: string, policyDocument: unknown): PolicyStatement[] {
  const statements = policyStatements(where, policyDocument);
  for (const statement of statements) {
    const why = whyNotEvaluated(statement.conditions ?? {});
    if (why === undefined) continue;
    throw new UnsupportedFeatureError(`${where} with ${why} in a Condition: ${JSON.stringify(statement)}`);
  }
  return statements;
}

/** @throws UnsupportedFeatureError for statements with `NotAction`, `NotResource` or `NotPrincipal` */
export function policyStatements(where: string, policyDocument: unknown): PolicyStatement[] {
  const document = new ResourceProperties(where, policyDocument as Json);
  document.passOver('Version');
  const statements = document.list('Statement').map((statement) => {
    for (const name of NEGATIONS) if (statement.optional(name) !== undefined) statement.refuse(name);
    if (!['Allow', 'Deny'].includes(statement.required('Effect'))) statement.refuse('Effect');
    const principal = statement.optional<Json | string>('Principal');
    const conditions = statement.optional<Record<string, Record<string, unknown>>>('Condition');
    statement.passOver('Sid');
    const result: PolicyStatement = {
      effect: statement.required('Effect'),
      actions: asList(statement.required('Action')),
      resources: asList(statement.optional('Resource') ?? '*'),
      ...(principal !== undefined && {
        principals: typeof principal === 'string' ? [principal] : Object.values(principal).flatMap(asList),
      }),
      ...(conditions !== undefined && { conditions: conditionLists(conditions) }),
    };
    statement.finish();
    return result;
  });
  document.finish();
  return statements;
}

const asList = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function conditionLists(
  conditions: Record<string, Record<string, unknown>>,
): NonNullable<PolicyStatement['conditions']> {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, asList(values)])),
    ]),
  );
}

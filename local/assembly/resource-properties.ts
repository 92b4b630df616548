import type { PolicyStatement } from '../iam.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * One resource's resolved properties, read under supervision: `finish` refuses by name every property that nobody
 * has read, so that nothing of the template is passed over in silence.
 */
export class ResourceProperties {
  readonly #where: string;
  readonly #properties: Json;
  readonly #read = new Set<string>();

  /** @param where e.g. `AWS::SQS::Queue "Dlq"` */
  constructor(where: string, properties: Json) {
    this.#where = where;
    this.#properties = properties;
  }

  optional<T>(name: string): T | undefined {
    this.#read.add(name);
    return this.#properties[name] as T | undefined;
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

  /** Properties that have no meaning on one machine, where only one user can look: encryption at rest, tags, descriptions. */
  passOver(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** @throws UnsupportedFeatureError naming the first property that was neither read nor passed over */
  finish(): void {
    const unread = Object.keys(this.#properties).find((name) => !this.#read.has(name));
    if (unread !== undefined) this.refuse(unread);
  }

  refuse(name: string): never {
    throw new UnsupportedFeatureError(
      `${this.#where} ${name} ${JSON.stringify(this.#properties[name] ?? '')}`.trim(),
    );
  }
}

/** What turns a statement into all but what it says. */
const NEGATIONS = ['NotAction', 'NotResource', 'NotPrincipal'];

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

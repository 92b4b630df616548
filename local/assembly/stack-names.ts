import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import type { AssembledStack } from './cloud-assembly.ts';
import { Conditions } from './conditions.ts';
import { referencesIn } from './references.ts';
import { identify, runsElsewhere, type Place } from './resource-identity.ts';
import {
  IntrinsicResolver,
  textOf,
  type Names,
  type ResourceIdentity,
  type TemplateResource,
} from './template.ts';

/** Where all stacks of an app lie on this machine. */
export type AppPlace = Omit<Place, 'stackName'>;

/** What the names in one stack's template stand for on this machine, and its values. */
export class StackNames implements Names {
  readonly stack: AssembledStack;
  readonly place: Place;
  readonly resolver = new IntrinsicResolver(this);
  /** Those that are there: without a condition, or under one that holds. */
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly #all: readonly AssembledStack[];
  readonly #conditions: Conditions;
  readonly #identities = new Map<string, ResourceIdentity>();

  /** @param all the stacks of the app, which may export what this one imports */
  constructor(stack: AssembledStack, all: readonly AssembledStack[], place: AppPlace) {
    this.stack = stack;
    this.place = { ...place, stackName: stack.stackName };
    this.#all = all;
    const { Resources, Conditions: conditions = {} } = stack.template;
    this.#conditions = new Conditions(conditions, this.resolver.resolve);
    this.resources = Object.fromEntries(Object.entries(Resources).filter(([, it]) => this.#isThere(it)));
  }

  get mappings(): Readonly<Record<string, unknown>> {
    return this.stack.template.Mappings ?? {};
  }

  readonly condition = (name: string): boolean => this.#conditions.holds(name);

  identity(logicalId: string): ResourceIdentity | undefined {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = Object.hasOwn(this.resources, logicalId) ? this.resources[logicalId] : undefined;
    if (resource === undefined) return undefined;
    const { Type, Properties = {} } = resource;
    const identity = identify(logicalId, Type, (name) => this.resolver.resolve(Properties[name]), this.place);
    this.#identities.set(logicalId, identity);
    return identity;
  }

  parameter(name: string): unknown {
    const { stackName, region, accountId } = this.place;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::Region': region,
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
    };
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const { Parameters = {} } = this.stack.template;
    if (!Object.hasOwn(Parameters, name)) return undefined;
    const { Type, Default } = Parameters[name]!;
    const what = `the parameter ${JSON.stringify(name)} of type ${Type}`;
    if (Type.startsWith('AWS::SSM::')) {
      throw new UnsupportedFeatureError(`${what}, whose value is in AWS`, 'give the value in the app');
    }
    if (Default === undefined) {
      throw new UnsupportedFeatureError(`${what} without a default`, 'give it one, or the value in the app');
    }
    return Type === 'CommaDelimitedList' || Type.startsWith('List<') ? textOf(Default).split(',') : Default;
  }

  /** What a stack beside this one exports: the name of something that does not run here in AWS's stead, or of a bucket, which has a stand-in. */
  imported(name: string): unknown {
    for (const stack of this.#all) {
      const { Outputs = {} } = stack.template;
      const exporting = Object.values(Outputs).filter(({ Export }) => Export !== undefined);
      if (exporting.length === 0 || stack === this.stack) continue;
      const other = new StackNames(stack, this.#all, this.place);
      const found = exporting.find(({ Export }) => other.#exportName(Export!.Name) === name);
      if (found === undefined) continue;
      for (const id of referencesIn(found.Value, other.condition)) other.#refuseToRun(id, name);
      return other.resolver.resolve(found.Value);
    }
    throw new UnsupportedFeatureError(
      `Fn::ImportValue ${JSON.stringify(name)}, which no stack of the app exports`,
    );
  }

  #exportName(name: unknown): unknown {
    try {
      return this.resolver.resolve(name);
    } catch {
      // another export's, which is nobody's concern here
      return undefined;
    }
  }

  /** @throws UnsupportedFeatureError for what would have to run, and is of a stack that does not */
  #refuseToRun(logicalId: string, exportName: string): void {
    const type = this.resources[logicalId]?.Type;
    if (type === undefined || runsElsewhere(type)) return;
    throw new UnsupportedFeatureError(
      `Fn::ImportValue ${JSON.stringify(exportName)}: ${type} ${JSON.stringify(logicalId)} of the stack ${this.place.stackName}, which does not run beside this one`,
      'put it into the stack of the pipeline, or run this against AWS',
    );
  }

  /** @throws UnsupportedFeatureError for a resource whose condition cannot be computed */
  checkCondition(where: string, condition: string): void {
    try {
      this.condition(condition);
    } catch (cause) {
      const why = cause instanceof Error ? ` (${cause.message})` : '';
      throw new UnsupportedFeatureError(`${where} Condition ${JSON.stringify(condition)}${why}`);
    }
  }

  /** Also while nobody can tell: then it is refused where it is needed. */
  #isThere({ Condition }: TemplateResource): boolean {
    try {
      return Condition === undefined || this.condition(Condition);
    } catch {
      return true;
    }
  }
}

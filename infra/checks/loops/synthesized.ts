import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A resource as the template holds it. */
export interface Resource {
  /** `Files/IngestBucket`: its stack's name, and its logical ID */
  readonly key: string;
  readonly type: string;
  readonly properties: Properties;
  readonly home: Home;
}

// whatever CloudFormation takes there, intrinsic functions included
export type Properties = Readonly<Record<string, unknown>>;

/** The stack that a value stands in: what `Ref` and the pseudo parameters mean there. */
export interface Home {
  readonly name: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** What the stack around it gives to the parameters of a nested one. */
  readonly given: ReadonlyMap<string, { readonly value: unknown; readonly home: Home }>;
}

/** All that an app would deploy together: its resources, and what its stacks tell one another. */
export interface Synthesized {
  readonly resources: readonly Resource[];
  /** By the name of the export. */
  readonly exports: ReadonlyMap<string, { readonly value: unknown; readonly home: Home }>;
  homeOf(stack: Stack): Home;
}

interface Template {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** The templates of the app around the construct, as they are about to be written: to be called by a validation, when nothing is added any more. */
export function synthesized(scope: IConstruct): Synthesized {
  const homes = new Map<Stack, Home>();
  const homeOf = (stack: Stack): Home => {
    const home = homes.get(stack) ?? newHome(stack, homeOf);
    homes.set(stack, home);
    return home;
  };
  const root = Stage.of(scope) ?? scope.node.root;
  const stacks = root.node.findAll().filter((one) => Stack.isStack(one));
  const templates = stacks.map((stack) => ({ home: homeOf(stack), template: templateOf(stack) }));
  return {
    homeOf,
    resources: templates.flatMap(({ home, template: { Resources = {} } }) =>
      Object.entries(Resources).map(([id, { Type: type, Properties: properties = {} }]) => ({
        key: `${home.name}/${id}`,
        type,
        properties,
        home,
      })),
    ),
    exports: new Map(
      templates.flatMap(({ home, template: { Outputs = {} } }) =>
        Object.values(Outputs).flatMap(({ Value: value, Export }) =>
          typeof Export?.Name === 'string' ? [[Export.Name, { value, home }] as const] : [],
        ),
      ),
    ),
  };
}

function newHome(stack: Stack, homeOf: (stack: Stack) => Home): Home {
  const { nestedStackParent: parent, nestedStackResource: resource } = stack;
  const [nested] = parent && resource ? Object.values(resourcesOf(parent, resource)) : [];
  const parameters = (nested?.Properties?.['Parameters'] ?? {}) as Properties;
  return {
    name: stack.node.id === stack.stackName ? stack.stackName : stack.node.path,
    region: known(stack.region),
    account: known(stack.account),
    given: new Map(
      Object.entries(parameters).map(([name, value]) => [name, { value, home: homeOf(parent!) }]),
    ),
  };
}

const known = (text: string): string | undefined => (Token.isUnresolved(text) ? undefined : text);

const templateOf = (stack: Stack): Template => stack.resolve(rendered(stack)) as Template;

const resourcesOf = (stack: Stack, resource: object): NonNullable<Template['Resources']> =>
  (stack.resolve(rendered(resource)) as Template).Resources ?? {};

/** Not of the public interface, but what the template is written by. */
const rendered = (part: object): object =>
  // oxlint-disable-next-line no-underscore-dangle
  (part as { _toCloudFormation(): object })._toCloudFormation();

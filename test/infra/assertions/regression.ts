import { withoutHash } from './policy-view.ts';

// what CloudFormation takes there: a change goes as deep as it needs
// oxlint-disable-next-line typescript/no-explicit-any
type Open = any;
type Resources = Record<string, Open>;

/** A mistake that somebody could make in the template, and the assertion that must see it. */
export interface Regression {
  readonly what: string;
  readonly caughtBy: string;
  readonly change: (resources: Resources) => void;
}

/** The resource of this name, the hash of its id left out. */
export const one = (resources: Resources, name: string): Open =>
  resources[Object.keys(resources).find((id) => withoutHash(id) === name) ?? `no ${name}`];
export const properties = (resources: Resources, name: string): Open => one(resources, name).Properties;
export const statements = (resources: Resources, name: string): Open[] =>
  properties(resources, name).PolicyDocument.Statement;
/** The statement of a policy that allows the action. */
export const allowing = (resources: Resources, name: string, action: string): Open =>
  statements(resources, name).find(
    ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes(action),
  );

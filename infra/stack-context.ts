import { PermissionsBoundary, type Environment, type StackProps } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import type { Stage } from './stage.ts';

/** CloudFormation takes 50 of a stack, and some of its resources no more than that either. */
const MOST_TAGS = 50;

/**
 * What the CDK context says of the stack itself, each of which may be left out:
 *
 *     -c stackName=Files -c account=111122223333 -c region=eu-west-1
 *     -c tags=team=data,cost-centre=42 -c permissionsBoundary=developers
 *
 * `stackName`: @default `<app>-<stage>`
 * `account`, `region`: @default none of the two, so that the template is the same everywhere; where one is said, the other is what
 * the CLI is logged in to (`CDK_DEFAULT_ACCOUNT`, `CDK_DEFAULT_REGION`)
 * `tags`: of the stack, which CloudFormation hands on to all its resources
 * `permissionsBoundary`: name or ARN of the policy that bounds every role
 *
 * @throws Error naming what the context holds and what it may
 */
export function stackPropsFromContext(
  node: Node,
  { name }: Pick<Stage, 'name'>,
  app = 'Sluice',
): StackProps & { readonly stackName: string } {
  return {
    stackName: text(node, 'stackName', /^[A-Za-z][A-Za-z0-9-]{0,127}$/, STACK_NAME) ?? `${app}-${name}`,
    ...environment(node),
    ...tags(node),
    ...boundary(node),
  };
}

const STACK_NAME =
  'it must begin with a letter, with letters, digits and hyphens behind it, such as Files-eu';

function environment(node: Node): { readonly env: Environment } | undefined {
  const account = text(node, 'account', /^\d{12}$/, 'it must be the twelve digits of an account');
  const region = text(node, 'region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'it must be a Region, such as eu-west-1');
  if (account === undefined && region === undefined) return undefined;
  const env = {
    account: account ?? process.env['CDK_DEFAULT_ACCOUNT'],
    region: region ?? process.env['CDK_DEFAULT_REGION'],
  };
  return {
    env: {
      ...(env.account !== undefined && { account: env.account }),
      ...(env.region !== undefined && { region: env.region }),
    },
  };
}

function tags(node: Node): Pick<StackProps, 'tags'> | undefined {
  const said: unknown = node.tryGetContext('tags');
  if (said === undefined) return undefined;
  const pairs = typeof said === 'string' ? said.split(',').map(pairOf) : pairsOf(said);
  if (pairs === undefined || pairs.length === 0) {
    throw refusal('tags', said, 'it must be names and values, such as team=data,cost-centre=42');
  }
  if (pairs.length > MOST_TAGS) {
    throw refusal('tags', said, `it has ${pairs.length} tags, and CloudFormation takes ${MOST_TAGS}`);
  }
  const taken = new Set<string>();
  for (const [name, value] of pairs) {
    const why = whyNoTag(name, value) ?? (taken.has(name) ? 'it is there twice' : undefined);
    if (why !== undefined) throw refusal('tags', said, `${JSON.stringify(name)}: ${why}`);
    taken.add(name);
  }
  return { tags: Object.fromEntries(pairs) as Record<string, string> };
}

type Pair = readonly [name: string, value: unknown];

/** `team=data` → team, data. Only the first sign divides. */
function pairOf(text: string): Pair {
  const at = text.indexOf('=');
  return at === -1 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** What cdk.json holds: an object. */
const pairsOf = (said: unknown): readonly Pair[] | undefined =>
  typeof said === 'object' && said !== null && !Array.isArray(said) ? Object.entries(said) : undefined;

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
function whyNoTag(name: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'a tag has a value, which may be empty: write name=value';
  if (name.length === 0 || name.length > 128) return 'its name must have 1 to 128 characters';
  if (value.length > 256) return 'its value must have no more than 256 characters';
  if (/^aws:/i.test(name)) return 'names that begin with aws: are AWS’s own';
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  if (!allowed.test(name) || !allowed.test(value)) {
    return 'letters, digits, spaces and _ . : / = + - @ are all that it may hold';
  }
  return undefined;
}

function boundary(node: Node): Pick<StackProps, 'permissionsBoundary'> | undefined {
  const said = text(
    node,
    'permissionsBoundary',
    /^(arn:[\w-]+:iam::(\d{12}|aws):policy\/)?[\w+=,.@/-]+$/,
    'it must be the name or the ARN of a policy, such as developers',
  );
  if (said === undefined) return undefined;
  return {
    permissionsBoundary: said.startsWith('arn:')
      ? PermissionsBoundary.fromArn(said)
      : PermissionsBoundary.fromName(said),
  };
}

function text(node: Node, name: string, form: RegExp, what: string): string | undefined {
  const said: unknown = node.tryGetContext(name);
  if (said === undefined) return undefined;
  // twelve digits are a number for who wrote them without quotes in cdk.json
  const written = typeof said === 'number' ? String(said) : said;
  if (typeof written !== 'string' || !form.test(written)) throw refusal(name, said, what);
  return written;
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}

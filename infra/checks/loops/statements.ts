import type { Home, Resource } from './synthesized.ts';
import type { TemplateTexts } from './template-text.ts';
import { covers, overlaps } from './overlap.ts';
import type { Text } from './text.ts';

/** One statement of a policy, its texts put together. */
export interface Statement {
  readonly isDenied: boolean;
  /** `['*']` where it says what it does not name. */
  readonly actions: readonly string[];
  readonly exceptActions: readonly string[];
  readonly resources: readonly Text[];
  readonly exceptResources: readonly Text[];
  /** A denial under a condition does not always hold. */
  readonly isConditional: boolean;
}

/** What a role may do: its own statements, and those of what it wants to reach. */
export interface Rights {
  readonly statements: readonly Statement[];
  /** Policies that the template names and does not hold: `arn:aws:iam::aws:policy/AmazonS3FullAccess` */
  readonly unseen: readonly Text[];
}

/** Policies of AWS's own whose actions lead nowhere: logs, traces, network interfaces, receiving from a queue. */
const LEADS_NOWHERE =
  /^arn:aws:iam::aws:policy\/(?:service-role\/(?:AWSLambda(?:Basic|VPCAccess|SQSQueue|DynamoDB|Kinesis)ExecutionRole)|AWSXrayWriteOnlyAccess|AWSXRayDaemonWriteAccess|CloudWatchLambdaInsightsExecutionRolePolicy)$/;

const RESOURCE_POLICIES = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'];

/** Gathers, of all policies of the app, what one role may do. */
export class AllPolicies {
  readonly #texts: TemplateTexts;
  readonly #resources: readonly Resource[];

  constructor(texts: TemplateTexts, resources: readonly Resource[]) {
    this.#texts = texts;
    this.#resources = resources.filter(
      ({ type }) =>
        type.startsWith('AWS::IAM::') || type.endsWith('Policy') || type === 'AWS::S3::AccessPoint',
    );
  }

  of(role: Resource): Rights {
    const named = [role.properties['ManagedPolicyArns'] ?? []]
      .flat()
      .map((arn) => this.#texts.pattern(arn, role.home));
    const documents = this.#resources.flatMap((one) => this.#documentsFor(one, role, named));
    const held = this.#resources.map((one) => this.#texts.arnOf(one));
    return {
      statements: documents.flatMap(({ document, home }) => this.#statementsOf(document, home)),
      unseen: named.filter((arn) => !held.includes(arn) && !LEADS_NOWHERE.test(arn)),
    };
  }

  /** The documents of a resource that say something of the role. */
  #documentsFor(one: Resource, role: Resource, named: readonly Text[]): readonly Document[] {
    const { type, properties, home } = one;
    const whole = (document: unknown) => ({ document: document as PolicyDocument, home });
    if (one === role) {
      const inline = (properties['Policies'] ?? []) as readonly { PolicyDocument: unknown }[];
      return inline.map(({ PolicyDocument }) => whole(PolicyDocument));
    }
    if (RESOURCE_POLICIES.includes(type) || type === 'AWS::S3::AccessPoint') {
      const document = (properties['PolicyDocument'] ?? properties['Policy']) as PolicyDocument | undefined;
      return document === undefined ? [] : [whole(this.#naming(role, document, home))];
    }
    const arn = this.#texts.arnOf(one);
    const roles = [properties['Roles'] ?? properties['RoleName'] ?? []].flat();
    const isAttached = roles.some((name) => this.#isNameOf(name, home, role));
    return isAttached || (arn !== undefined && named.includes(arn))
      ? [whole(properties['PolicyDocument'])]
      : [];
  }

  #isNameOf(name: unknown, home: Home, role: Resource): boolean {
    const text = this.#texts.of(name, home);
    return text.includes('⟪') || this.#texts.arnOf(role)!.endsWith(`/${text}`);
  }

  /** What is left of a resource's policy for this role: of denials, only those for everybody. */
  #naming(role: Resource, { Statement: all }: PolicyDocument, home: Home): PolicyDocument {
    return {
      Statement: [all]
        .flat()
        .filter(({ Effect: effect, Principal: principal, NotPrincipal: others }) =>
          effect === 'Deny'
            ? isEverybody(principal)
            : others !== undefined || this.#mayBe(role, principal, home),
        ),
    };
  }

  #mayBe(role: Resource, principal: Principal | undefined, home: Home): boolean {
    if (principal === undefined || typeof principal === 'string') return principal === '*';
    const arn = this.#texts.arnOf(role)!;
    const [, account = ''] = /^arn:aws:iam::(.*):role\//.exec(arn) ?? [];
    return [principal.AWS ?? []]
      .flat()
      .map((one) => this.#texts.pattern(one, home))
      .some((one) => one === account || one.endsWith(':root') || overlaps(one, arn) || isSessionOf(one, arn));
  }

  #statementsOf({ Statement: all }: PolicyDocument, home: Home): readonly Statement[] {
    const texts = (values: unknown) => [values ?? []].flat().map((one) => this.#texts.pattern(one, home));
    return [all].flat().map((one) => ({
      isDenied: one.Effect === 'Deny',
      isConditional: Object.keys(one.Condition ?? {}).length > 0,
      actions: one.NotAction === undefined ? texts(one.Action) : ['*'],
      exceptActions: texts(one.NotAction),
      resources: one.NotResource === undefined ? texts(one.Resource) : ['*'],
      exceptResources: texts(one.NotResource),
    }));
  }
}

interface Document {
  readonly document: PolicyDocument;
  readonly home: Home;
}

interface PolicyDocument {
  readonly Statement: StatementOfTemplate | readonly StatementOfTemplate[];
}

interface StatementOfTemplate {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: object;
  readonly Principal?: Principal;
  readonly NotPrincipal?: unknown;
}

type Principal = string | { readonly AWS?: unknown };

const isEverybody = (principal: Principal | undefined): boolean =>
  principal === '*' || (typeof principal === 'object' && principal.AWS === '*');

/** `arn:aws:sts::111122223333:assumed-role/NAME/session` */
function isSessionOf(principal: Text, role: Text): boolean {
  const [, name] = /:assumed-role\/([^/]*)\//.exec(principal) ?? [];
  return name !== undefined && (name.includes('⟪') || role.endsWith(`/${name}`));
}

const covered = (patterns: readonly string[], text: string): boolean =>
  patterns.some((one) => covers(one, text));

/** Whether some denial holds for this action on all that the text matches, whatever the circumstances. */
export function isDenied(statements: readonly Statement[], action: string, resource: Text): boolean {
  return statements.some(
    (one) =>
      one.isDenied &&
      !one.isConditional &&
      covered(lowered(one.actions), action.toLowerCase()) &&
      !lowered(one.exceptActions).some((other) => overlaps(other, action.toLowerCase())) &&
      covered(one.resources, resource) &&
      !one.exceptResources.some((other) => overlaps(other, resource)),
  );
}

/** Whether the statement, an Allow, may allow this action. */
export const mayDo = (statement: Statement, action: string): boolean =>
  lowered(statement.actions).some((one) => overlaps(one, action.toLowerCase())) &&
  !lowered(statement.exceptActions).some((one) => covers(one, action.toLowerCase()));

/** The resource of the statement, an Allow, that may be this one. */
export const resourceMeeting = (statement: Statement, target: Text): Text | undefined =>
  statement.exceptResources.some((one) => covers(one, target))
    ? undefined
    : statement.resources.find((one) => overlaps(one, target));

const lowered = (texts: readonly string[]): readonly string[] => texts.map((one) => one.toLowerCase());

import { findInResource, isYes, type Call } from '../iam/decision.ts';
import type { RequestContext } from '../iam/condition-keys.ts';
import {
  authorize,
  principalArn,
  resourcePolicyAllows,
  AccessDeniedError,
  sessionArn,
  type Principal,
  type ServiceCall,
} from '../iam.ts';
import type { KeyPlan } from '../asked-plan.ts';

/** What a service does with a key for somebody: the bucket that an object is put into, say. */
export interface KeyUse {
  /** The key as what it encrypts names it: by id, alias or ARN. @default a key of AWS's own */
  readonly key: string | undefined;
  /** `["kms:GenerateDataKey"]` */
  readonly actions: readonly string[];
  /** The service that encrypts. */
  readonly via: 'dynamodb' | 's3' | 'sns' | 'sqs';
  /** What the service binds the encryption to: `{ "aws:s3:arn": "arn:aws:s3:::uploads/csv/a.csv" }` */
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/**
 * The keys of the template. Nothing is encrypted on this machine; whoever reads or writes what AWS would encrypt is asked whether
 * AWS would let it: by its own policies, where the key's policy leaves it to them, or by the key's policy. A key that the template
 * does not make asks nobody.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/control-access.html
 */
export class KmsKeys {
  readonly #region: string;
  readonly #accountId: string;
  #byName: ReadonlyMap<string, KeyPlan> = new Map();

  constructor(
    { region, accountId }: { readonly region: string; readonly accountId: string },
    keys: readonly KeyPlan[] = [],
  ) {
    this.#region = region;
    this.#accountId = accountId;
    this.provision(keys);
  }

  /** From now on these are the keys that there are. */
  provision(keys: readonly KeyPlan[]): void {
    this.#byName = new Map(
      keys.flatMap((key) =>
        [
          key.arn,
          key.arn.slice(key.arn.lastIndexOf('/') + 1),
          ...key.aliases.flatMap((alias) => [alias, this.#arnOf(alias)]),
        ].map((name) => [name, key] as const),
      ),
    );
  }

  /** @throws AccessDeniedError naming the action on the key that the caller lacks */
  authorize(principal: Principal, use: KeyUse): void {
    const key = this.#asked(use);
    if (key?.policy === undefined) return;
    const { policy } = key;
    const context = this.#context(use, key);
    for (const action of use.actions) {
      authorize(principal, action, key.arn, { context, policy });
      if (principal.kind === 'operator') continue;
      const call = { action, resource: key.arn, context };
      if (this.#isLeftToCaller(principal, policy, call)) continue;
      throw new AccessDeniedError(
        sessionArn(principal),
        action,
        key.arn,
        'because no resource-based policy allows it: the policy of the key names neither the role nor its account',
      );
    }
  }

  allows(principal: Principal, use: KeyUse): boolean {
    try {
      this.authorize(principal, use);
      return true;
    } catch (error) {
      if (error instanceof AccessDeniedError) return false;
      throw error;
    }
  }

  /** Whether a service may use the key for what it brings: EventBridge for a queue that it sends to. */
  allowsService(caller: Omit<ServiceCall, 'action' | 'resource'>, use: KeyUse): boolean {
    const key = this.#asked(use);
    if (key?.policy === undefined) return true;
    const { arn: resource, policy } = key;
    const context = this.#context(use, key);
    return use.actions.every((action) =>
      resourcePolicyAllows(policy, { ...caller, action, resource, context }),
    );
  }

  #asked({ key }: KeyUse): KeyPlan | undefined {
    return key === undefined ? undefined : this.#byName.get(key);
  }

  /** A policy that names the account leaves it to the account's own policies; one that does not, to nobody but whom it names. */
  #isLeftToCaller(principal: Principal, policy: KeyPlan['policy'] & {}, call: Call): boolean {
    const account = [`arn:aws:iam::${this.#accountId}:root`, this.#accountId];
    const names = [...account, principalArn(principal), sessionArn(principal)];
    return isYes(findInResource(policy, call, { names }));
  }

  #context({ via, encryptionContext }: KeyUse, { aliases }: KeyPlan): RequestContext {
    return {
      'kms:viaservice': `${via}.${this.#region}.amazonaws.com`,
      'kms:calleraccount': this.#accountId,
      'kms:resourcealiases': aliases,
      'kms:encryptioncontextkeys': Object.keys(encryptionContext),
      ...Object.fromEntries(
        Object.entries(encryptionContext).map(([name, value]) => [
          `kms:encryptioncontext:${name.toLowerCase()}`,
          value,
        ]),
      ),
    };
  }

  #arnOf(alias: string): string {
    return `arn:aws:kms:${this.#region}:${this.#accountId}:${alias}`;
  }
}

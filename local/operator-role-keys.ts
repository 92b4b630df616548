import type { Credentials, RoleCredentials } from '../shared/credentials.ts';
import type { OperatorRolePlan } from './asked-plan.ts';
import type { RolePrincipal } from './iam.ts';
import type { Plan } from './plan.ts';
import type { StartSecrets } from './start-secrets.ts';

interface RoleKey {
  readonly secretAccessKey: string;
  readonly principal: RolePrincipal;
}

/**
 * Keys of this start for the roles that people are given in AWS. Each role has two: as after signing in with a second factor, and
 * without. Who signs with one may do what the policies of the role say, and no more; the policies are the template's as it is now.
 */
export class OperatorRoleKeys {
  readonly #secrets: StartSecrets;
  readonly #plan: () => Plan;
  #madeOf: Plan | undefined;
  #keys: ReadonlyMap<string, RoleKey> = new Map();

  constructor(secrets: StartSecrets, plan: () => Plan) {
    this.#secrets = secrets;
    this.#plan = plan;
  }

  /** What `runtime.json` tells, for `sluice env --as`. */
  described(): readonly RoleCredentials[] {
    return (this.#plan().operatorRoles ?? []).map((one) => ({
      role: one.role,
      pipeline: one.pipeline,
      credentials: this.#credentialsOf(one, false),
      withMfa: this.#credentialsOf(one, true),
    }));
  }

  principalOf(accessKeyId: string): RolePrincipal | undefined {
    return this.#current().get(accessKeyId)?.principal;
  }

  secretOf(accessKeyId: string): string | undefined {
    return this.#current().get(accessKeyId)?.secretAccessKey;
  }

  /** Made once for each template: every request asks. */
  #current(): ReadonlyMap<string, RoleKey> {
    const plan = this.#plan();
    if (this.#madeOf !== plan) {
      const keys = (plan.operatorRoles ?? []).flatMap((one) =>
        [false, true].map((hasMfa): [string, RoleKey] => {
          const { accessKeyId, secretAccessKey } = this.#credentialsOf(one, hasMfa);
          return [accessKeyId, { secretAccessKey, principal: principalOf(plan, one, hasMfa) }];
        }),
      );
      this.#keys = new Map(keys);
      this.#madeOf = plan;
    }
    return this.#keys;
  }

  #credentialsOf({ pipeline, role }: OperatorRolePlan, hasMfa: boolean): Credentials {
    return this.#secrets.ofRole(`${pipeline} ${role} ${hasMfa ? 'with' : 'without'} a second factor`);
  }
}

function principalOf(
  { stackName, accountId }: Plan,
  { pipeline, role, statements }: OperatorRolePlan,
  hasMfa: boolean,
): RolePrincipal {
  const roleName = [stackName, pipeline, role].filter((part) => part !== '').join('-');
  return { kind: 'role', roleName, functionName: role, accountId, statements, hasMfa };
}

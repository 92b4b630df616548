import { createHmac, randomBytes } from 'node:crypto';
import type { Credentials } from '../shared/credentials.ts';

/** The name of the user of this machine, as an access key. It is no secret. */
const OPERATOR_KEY = 'local';

/** The secrets of one start: the one that its user signs with, and one of each function's and each role's own. Kept nowhere but in memory. */
export class StartSecrets {
  readonly #root = randomBytes(32);

  /** What the command line, the console and other clients of the user sign with. */
  get operator(): Credentials {
    return { accessKeyId: OPERATOR_KEY, secretAccessKey: this.#derived('operator') };
  }

  /** The same for each process of the function, and as long as this start lasts. */
  ofFunction(functionName: string): string {
    return this.#derived(`function ${functionName}`);
  }

  /** The access key too is one of this start: nobody has it by chance. */
  ofRole(roleName: string): Credentials {
    const accessKeyId = `ASIA${this.#derived(`key of the role ${roleName}`).slice(0, 16).toUpperCase()}`;
    return { accessKeyId, secretAccessKey: this.#derived(`role ${roleName}`) };
  }

  /** 40 characters, as AWS's are. */
  #derived(whose: string): string {
    return createHmac('sha256', this.#root).update(whose).digest('hex').slice(0, 40);
  }
}

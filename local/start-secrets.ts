import { createHmac, randomBytes } from 'node:crypto';
import type { Credentials } from '../shared/control-api.ts';

/** The name of the user of this machine, as an access key. It is no secret. */
const OPERATOR_KEY = 'local';

/** The secrets of one private start: the one that its user signs with, and one of each function's own. Kept nowhere but in memory. */
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

  /** 40 characters, as AWS's are. */
  #derived(whose: string): string {
    return createHmac('sha256', this.#root).update(whose).digest('hex').slice(0, 40);
  }
}

import type { ConsumerDefinition } from '../../consumer-definition.ts';
import { readable, type Text } from './text.ts';

/** Where something that a consumer sets going ends, as its entry says it. */
export interface End {
  /** `arn:aws:states:eu-west-1:111122223333:stateMachine:thumbnails` */
  readonly resource: string;
  /** `it writes to a bucket of its own` */
  readonly reason: string;
}

/** The least that can be called a reason, in characters. */
const LEAST_REASON = 10;

/**
 * What an entry says in `endsAt`, each read apart at its first comma.
 *
 * @param textOf puts together what the CDK knows as tokens
 * @throws Error for one that names everything, or gives no reason
 */
export function endsOf(
  { name, definition }: { readonly name: string; readonly definition: Pick<ConsumerDefinition, 'endsAt'> },
  textOf: (value: string) => Text,
): readonly End[] {
  return [definition.endsAt ?? []].flat().map((value) => {
    const text = readable(textOf(value));
    const [, resource = '', reason = ''] = /^([^,]*),\s*(.*)$/s.exec(text) ?? [];
    if (resource === '' || resource.includes('*') || reason.length < LEAST_REASON) {
      throw new Error(
        `consumer ${name}: its endsAt is ${JSON.stringify(text)}; write one resource, a comma, and why nothing comes back from there, such as 'arn:aws:states:eu-west-1:111122223333:stateMachine:thumbnails, it writes to a bucket of its own'`,
      );
    }
    return { resource, reason };
  });
}

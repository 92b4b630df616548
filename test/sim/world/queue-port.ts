import { Input } from '../../../local/protocols/input.ts';
import type { ServiceRequest } from '../../../local/gateway.ts';
import { messageOperations } from '../../../local/sqs/message-operations.ts';
import type { QueueOperation } from '../../../local/sqs/queue-operation.ts';
import type { Sqs } from '../../../local/sqs/sqs.ts';
import type { Breakage } from '../breakage.ts';
import type { Checks } from '../checks/checks.ts';
import { underWay } from './invocation.ts';
import type { SdkCall } from './sdk-port.ts';
import type { CallFault, ServiceCalls } from './service-calls.ts';

const failure = (): Error => Object.assign(new Error('refused (injected)'), { name: 'ServiceUnavailable' });

const FAULTS: Readonly<Record<string, readonly CallFault[]>> = {
  SendMessage: [{ fault: 'letter-refused', error: failure, isFinal: true }],
  ChangeMessageVisibility: [{ fault: 'backoff-refused', error: failure, isFinal: true }],
};

/** SQS: the operations of the local queues themselves, without the wire. */
export class QueuePort {
  readonly #calls: ServiceCalls;
  readonly #checks: Checks;
  readonly #breakage: Breakage;
  #sqs: Sqs | undefined;
  #operations: Readonly<Record<string, QueueOperation>> = {};

  constructor(ground: { calls: ServiceCalls; checks: Checks; breakage: Breakage }) {
    this.#breakage = ground.breakage;
    this.#calls = ground.calls;
    this.#checks = ground.checks;
  }

  /** The queues of this start of the runtime. */
  serve(sqs: Sqs): void {
    this.#sqs = sqs;
    this.#operations = messageOperations(sqs);
  }

  async answer({ name, input }: SdkCall): Promise<unknown> {
    const operation = name.replace(/Command$/, '');
    const invocation = underWay.getStore();
    return await this.#calls.make({
      service: 'queues',
      about: `${operation} ${invocation?.question ?? ''}`,
      faults: FAULTS[operation] ?? [],
      apply: () => this.#apply(operation, input),
    });
  }

  #apply(operation: string, input: SdkCall['input']): unknown {
    const isLetter = operation === 'SendMessage' && underWay.getStore() !== undefined;
    if (isLetter && this.#breakage.losesLetters) return {};
    const { answer } = this.#operations[operation]!;
    const fields = new Input(`SQS ${operation}`, input);
    const queue = this.#sqs!.queues.withUrl(fields.text('QueueUrl'));
    const request = { response: { destroyed: false, once: () => {} } } as unknown as ServiceRequest;
    const output = answer(queue, fields, request);
    if (isLetter) this.#checks.letterSent(queue, input);
    return output;
  }
}

import type { EventSourceMappingPlan } from '../plan.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { MappingSwitch, MappingSwitches } from './mapping-switches.ts';

export interface SwitchedMappingOptions {
  readonly plan: EventSourceMappingPlan;
  readonly functionArn: string;
  readonly mapping: EventSourceMapping;
  readonly switches: MappingSwitches;
}

/** An event source mapping that can be disabled and enabled: what it does not take waits in its queue. */
export class SwitchedMapping {
  readonly plan: EventSourceMappingPlan;
  readonly #options: SwitchedMappingOptions;
  #switch: MappingSwitch;

  constructor(options: SwitchedMappingOptions) {
    this.plan = options.plan;
    this.#options = options;
    this.#switch = options.switches.provision(options.plan);
  }

  get uuid(): string {
    return this.#switch.uuid;
  }

  get isEnabled(): boolean {
    return this.#switch.isEnabled;
  }

  /** Why messages cannot be taken, or given back, now. */
  get trouble(): string | undefined {
    return this.#options.mapping.trouble;
  }

  /** `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:UUID` */
  get arn(): string {
    return this.#options.functionArn.replace(/:function:.*$/, `:event-source-mapping:${this.uuid}`);
  }

  start(): void {
    if (this.isEnabled) this.#options.mapping.start();
  }

  stop(): void {
    this.#options.mapping.stop();
  }

  /** Takes no more messages; those that it has are handed over. */
  finish(): void {
    this.#options.mapping.finish();
  }

  /** Durable. Disabled, it lets the invocations under way run to their end. */
  turn(isEnabled: boolean): void {
    if (isEnabled === this.isEnabled) return;
    const { mapping, switches } = this.#options;
    this.#switch = switches.turn(this.#switch, isEnabled);
    if (isEnabled) mapping.start();
    else mapping.finish();
  }

  /** As Lambda describes it. @see https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
  configuration(): object {
    const { batchSize, maximumBatchingWindowSeconds, maximumConcurrency, reportBatchItemFailures, queueArn } =
      this.plan;
    const { functionArn, mapping } = this.#options;
    const disabled = mapping.running > 0 ? 'Disabling' : 'Disabled';
    return {
      UUID: this.uuid,
      EventSourceMappingArn: this.arn,
      EventSourceArn: queueArn,
      FunctionArn: functionArn,
      BatchSize: batchSize,
      MaximumBatchingWindowInSeconds: maximumBatchingWindowSeconds,
      FunctionResponseTypes: reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
      ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
      State: this.isEnabled ? 'Enabled' : disabled,
      StateTransitionReason: 'USER_INITIATED',
      LastModified: this.#switch.modifiedAtMs / 1_000,
    };
  }
}

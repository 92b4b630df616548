import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { EventSourceMappingPlan } from '../plan.ts';
import type { Store } from '../store.ts';

/** What is kept of an event source mapping: its name in AWS's calls, and whether it takes messages. */
export interface MappingSwitch {
  readonly uuid: string;
  readonly isEnabled: boolean;
  /** In milliseconds since 1970. */
  readonly modifiedAtMs: number;
}

/** The switches of the event source mappings, which outlive a start. */
export class MappingSwitches {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes the template's mapping known. What an operator enabled or disabled stays so until the template says something new. */
  provision({ uuid: given, functionName, queueArn, enabled }: EventSourceMappingPlan): MappingSwitch {
    return this.#store.transaction(() => {
      const before = this.#store
        .prepare(
          'SELECT uuid, enabled, template_enabled, modified_at FROM lambda_mapping WHERE function_name = ? AND queue_arn = ?',
        )
        .get(functionName, queueArn) as MappingRow | undefined;
      const isEnabled =
        before === undefined || (before.template_enabled === 1) !== enabled ? enabled : before.enabled === 1;
      const uuid = given ?? before?.uuid ?? randomUUID();
      const modifiedAtMs = before?.modified_at ?? this.#clock.now();
      this.#store
        .prepare(
          `INSERT OR REPLACE INTO lambda_mapping (uuid, function_name, queue_arn, enabled, template_enabled, modified_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(uuid, functionName, queueArn, Number(isEnabled), Number(enabled), modifiedAtMs);
      return { uuid, isEnabled, modifiedAtMs };
    });
  }

  turn({ uuid }: MappingSwitch, isEnabled: boolean): MappingSwitch {
    const modifiedAtMs = this.#clock.now();
    this.#store
      .prepare('UPDATE lambda_mapping SET enabled = ?, modified_at = ? WHERE uuid = ?')
      .run(Number(isEnabled), modifiedAtMs, uuid);
    return { uuid, isEnabled, modifiedAtMs };
  }
}

interface MappingRow {
  readonly uuid: string;
  readonly enabled: number;
  readonly template_enabled: number;
  readonly modified_at: number;
}

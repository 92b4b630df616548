import { InvalidEventPatternError } from '../../shared/event-pattern/pattern-clauses.ts';
import type { ParsedEvent } from '../../shared/event-pattern/pattern-event.ts';
import { compilePattern, type EventMatcher } from '../../shared/event-pattern/pattern-matcher.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { RulePlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { type BusLocation, eventsArn } from './arns.ts';
import type { Target } from './deliveries.ts';

export type RuleState = 'ENABLED' | 'DISABLED';

export interface Rule {
  readonly name: string;
  readonly pattern: string;
  readonly state: RuleState;
  readonly description: string | null;
}

interface ReadyRule {
  readonly arn: string;
  readonly matcher: EventMatcher;
  readonly targets: readonly Target[];
}

const MOST_TARGETS = 5;

/** The rules of the bus and their targets. */
export class Rules {
  readonly #store: Store;
  readonly #location: BusLocation;
  /** The enabled ones, compiled; made anew after each change. */
  #ready: readonly ReadyRule[] | undefined;

  constructor(store: Store, location: BusLocation) {
    this.#store = store;
    this.#location = location;
  }

  arn(name: string): string {
    return eventsArn(this.#location, 'rule', name);
  }

  /** The enabled rules that an event matches, each with its targets. */
  matching(event: ParsedEvent): readonly ReadyRule[] {
    this.#ready ??= this.list()
      .filter(({ state }) => state === 'ENABLED')
      .map(({ name, pattern }) => ({
        arn: this.arn(name),
        matcher: compilePattern(pattern),
        targets: this.targets(name),
      }));
    return this.#ready.filter(({ matcher }) => matcher.matches(event));
  }

  /** All rules by name. */
  list(): readonly Rule[] {
    return this.#store
      .prepare('SELECT name, pattern, state, description FROM event_rule ORDER BY name')
      .all() as unknown as Rule[];
  }

  find(name: string): Rule | undefined {
    return this.#store
      .prepare('SELECT name, pattern, state, description FROM event_rule WHERE name = ?')
      .get(name) as Rule | undefined;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Rule {
    const rule = this.find(name);
    if (rule !== undefined) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  /** Makes or replaces a rule; its targets stay. @throws AwsError `InvalidEventPatternException` */
  put({ name, pattern, state, description }: Rule): void {
    checkPattern(pattern);
    this.#store
      .prepare(
        `INSERT INTO event_rule (name, pattern, state, description) VALUES (?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET pattern = excluded.pattern, state = excluded.state, description = excluded.description`,
      )
      .run(name, pattern, state, description);
    this.#ready = undefined;
  }

  /** @throws AwsError `ResourceNotFoundException` */
  setState(name: string, state: RuleState): void {
    this.get(name);
    this.#store.prepare('UPDATE event_rule SET state = ? WHERE name = ?').run(state, name);
    this.#ready = undefined;
  }

  /** Deletes a rule; one that is not there is no error. @throws AwsError `ValidationException` while it has targets */
  delete(name: string): void {
    if (this.targets(name).length > 0) {
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    }
    this.#store.prepare('DELETE FROM event_rule WHERE name = ?').run(name);
    this.#ready = undefined;
  }

  targets(ruleName: string): readonly Target[] {
    return this.#store
      .prepare(
        `SELECT id, arn, dead_letter_arn AS deadLetterArn, maximum_retry_attempts AS maximumRetryAttempts,
                maximum_event_age_seconds AS maximumEventAgeSeconds, has_retry_policy AS hasRetryPolicy, role_arn AS roleArn
         FROM event_target WHERE rule_name = ? ORDER BY id`,
      )
      .all(ruleName)
      .map(({ roleArn, ...row }) => ({
        ...row,
        hasRetryPolicy: row['hasRetryPolicy'] === 1,
        ...(roleArn !== null && { roleArn }),
      })) as unknown as Target[];
  }

  /** Adds targets, or replaces those of the same id. @throws AwsError `LimitExceededException` beyond five */
  putTargets(ruleName: string, targets: readonly Target[]): void {
    this.get(ruleName);
    this.#store.transaction(() => {
      for (const target of targets) {
        this.#store
          .prepare('INSERT OR REPLACE INTO event_target VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
          .run(
            ruleName,
            target.id,
            target.arn,
            target.deadLetterArn,
            target.maximumRetryAttempts,
            target.maximumEventAgeSeconds,
            target.hasRetryPolicy === false ? 0 : 1,
            target.roleArn ?? null,
          );
      }
      if (this.targets(ruleName).length > MOST_TARGETS) {
        throw new AwsError(
          'LimitExceededException',
          `The requested resource exceeds the maximum number allowed: ${MOST_TARGETS} targets per rule.`,
        );
      }
    });
    this.#ready = undefined;
  }

  removeTargets(ruleName: string, ids: readonly string[]): void {
    this.get(ruleName);
    const remove = this.#store.prepare('DELETE FROM event_target WHERE rule_name = ? AND id = ?');
    for (const id of ids) remove.run(ruleName, id);
    this.#ready = undefined;
  }

  /**
   * Makes the template's rules as they are there, and takes away those of an earlier template. Others stay, and so
   * does what an operator enabled or disabled, until the template says something new.
   */
  provision(plans: readonly RulePlan[]): void {
    this.#store.transaction(() => {
      const names = plans.map(({ name }) => name);
      this.#store
        .prepare(
          'DELETE FROM event_rule WHERE template_state IS NOT NULL AND name NOT IN (SELECT value FROM json_each(?))',
        )
        .run(JSON.stringify(names));
      for (const { name, eventPattern, enabled, targets } of plans) {
        const state = enabled ? 'ENABLED' : 'DISABLED';
        const before = this.#store
          .prepare('SELECT state, template_state AS templateState FROM event_rule WHERE name = ?')
          .get(name) as { state: RuleState; templateState: string | null } | undefined;
        this.put({
          name,
          pattern: eventPattern,
          state: before?.templateState === state ? before.state : state,
          description: null,
        });
        this.#store.prepare('UPDATE event_rule SET template_state = ? WHERE name = ?').run(state, name);
        this.#store.prepare('DELETE FROM event_target WHERE rule_name = ?').run(name);
        this.putTargets(
          name,
          targets.map((target) => ({ ...target, deadLetterArn: target.deadLetterArn ?? null })),
        );
      }
    });
    this.#ready = undefined;
  }
}

/** @throws AwsError `InvalidEventPatternException` */
export function checkPattern(text: string): EventMatcher {
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${error.message}`,
    );
  }
}

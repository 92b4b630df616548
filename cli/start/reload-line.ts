import type { PlanChange } from '../../local/plan-changes.ts';
import type { Plan } from '../../local/plan.ts';
import { consumersByFunction } from './consumer-names.ts';

/**
 * What was reloaded, by consumer where it is one's:
 * `one-consumer (function, rule), another (new), table Sluice-dev-Thumbnails (new)`.
 */
export function reloadText(changes: readonly PlanChange[], before: Plan, after: Plan): string {
  const consumers = new Map([...consumersByResource(before), ...consumersByResource(after)]);
  // an output only repeats the name of what it is of
  const outputs = changes.filter(({ kind }) => kind === 'output');
  const named = outputs.length === changes.length ? outputs : changes.filter(({ kind }) => kind !== 'output');
  const words = new Map<string, Set<string>>();
  for (const { kind, name, how } of named) {
    const consumer = consumers.get(name);
    const subject = consumer ?? `${kind} ${name}`;
    const word = consumer === undefined || (kind === 'function' && how !== 'changed') ? how : kind;
    words.set(subject, (words.get(subject) ?? new Set()).add(word));
  }
  return [...words].map(([subject, said]) => `${subject} (${wholeOrParts(said)})`).join(', ');
}

/** A consumer that is new or gone is so with all its parts. */
function wholeOrParts(words: ReadonlySet<string>): string {
  return ['new', 'gone'].find((how) => words.has(how)) ?? [...words].join(', ');
}

/** The consumer that a function, a rule or a queue belongs to, by the name of the function, rule or queue. */
function consumersByResource(plan: Plan): ReadonlyMap<string, string> {
  const consumers = consumersByFunction(plan);
  return new Map(
    plan.mappings.flatMap(({ functionName, queueArn }) => {
      const rules = plan.rules.filter(({ targets }) => targets.some(({ arn }) => arn === queueArn));
      const queue = plan.queues.find(({ arn }) => arn === queueArn);
      const queues = [
        queueArn,
        queue?.redrive?.deadLetterTargetArn,
        ...rules.flatMap(({ targets }) => targets.map(({ deadLetterArn }) => deadLetterArn)),
      ].filter((arn) => arn !== undefined);
      const names = [
        functionName,
        ...rules.map(({ name }) => name),
        ...queues.map((arn) => arn.slice(arn.lastIndexOf(':') + 1)),
      ];
      return names.map((name): [string, string] => [name, consumers.get(functionName) ?? functionName]);
    }),
  );
}

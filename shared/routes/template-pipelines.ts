import { parseTarget, type ConsumerTarget } from '../consumer-target.ts';
import { compilePattern, type EventMatcher } from '../event-pattern/pattern-matcher.ts';
import { parseKeeps, type Keeps } from '../keeps.ts';
import { kebabCase, pascalCase } from '../pascal-case.ts';
import { withTexts, type RoutedTemplate } from './template-text.ts';

/** A pipeline of a synthesized template. What is known only when it is deployed is a text such as `${IngestBucket}`. */
export interface TemplatePipeline {
  /** Its construct's id: `Default`, or what its outputs begin with. */
  readonly id: string;
  readonly bucket: string;
  readonly account: string;
  /** In the order of the outputs. */
  readonly consumers: readonly TemplateConsumer[];
}

export interface TemplateConsumer {
  /** `one-consumer` */
  readonly name: string;
  /** `OneConsumer` */
  readonly id: string;
  readonly pattern: string;
  readonly matcher: EventMatcher;
  /** Undefined in a template of version 0.1, which does not say. */
  readonly keeps?: Keeps;
  readonly target: ConsumerTarget;
}

const BUCKET_OUTPUT = /^(.*)IngestBucketName$/;
const RULE_OUTPUT = /^(.+)RuleName$/;

/** @throws Error naming the output that cannot be read; InvalidEventPatternError for a pattern that is none */
export function pipelinesIn(template: RoutedTemplate): readonly TemplatePipeline[] {
  const outputs = Object.entries(template.Outputs ?? {});
  const prefixes = outputs.flatMap(([name]) => BUCKET_OUTPUT.exec(name)?.[1] ?? []);
  return prefixes.map((prefix) => {
    const others = prefixes.filter((other) => other.startsWith(prefix) && other !== prefix);
    const own = Object.fromEntries(
      outputs
        .filter(([name]) => name.startsWith(prefix) && !others.some((other) => name.startsWith(other)))
        .map(([name, { Value }]) => [name.slice(prefix.length), Value]),
    );
    const consumers = Object.keys(own).flatMap((name) => {
      const id = RULE_OUTPUT.exec(name)?.[1];
      // a rule of the app's own has no such queue
      const isConsumer = id !== undefined && own[`${id}RuleDeadLetterQueueUrl`] !== undefined;
      return isConsumer ? [consumerIn(template, own, id)] : [];
    });
    const account = consumers.map(({ pattern }) => accountIn(pattern)).find((one) => one !== undefined);
    return {
      id: prefix === '' ? 'Default' : prefix,
      bucket: String(withTexts(own['IngestBucketName'])),
      account: account ?? '${AWS::AccountId}',
      consumers,
    };
  });
}

function consumerIn(
  template: RoutedTemplate,
  outputs: Readonly<Record<string, unknown>>,
  id: string,
): TemplateConsumer {
  const rule = propertiesOf(template, outputs[`${id}RuleName`]);
  if (rule?.['EventPattern'] === undefined) {
    throw new Error(`the output ${id}RuleName names no rule of this template with an event pattern`);
  }
  const pattern = JSON.stringify(withTexts(rule['EventPattern']));
  const keeps = textOf(outputs[`${id}Keeps`]);
  const target = textOf(outputs[`${id}Target`]);
  return {
    id,
    name: nameOf(template, outputs[`${id}QueueUrl`], id),
    pattern,
    matcher: compilePattern(pattern),
    ...(keeps !== undefined && { keeps: parseKeeps(keeps) }),
    target: target === undefined ? { kind: 'function' } : parseTarget(target),
  };
}

/** The resource that an output names by `Ref`. */
function propertiesOf(
  template: RoutedTemplate,
  value: unknown,
): Readonly<Record<string, unknown>> | undefined {
  const { Ref: id } = (value ?? {}) as { readonly Ref?: string };
  return id === undefined ? undefined : template.Resources?.[id]?.Properties;
}

const textOf = (value: unknown): string | undefined => {
  const text = withTexts(value);
  return typeof text === 'string' ? text : undefined;
};

/** By its queue, `<stack>-<name>`; one without a queue by its id. */
function nameOf(template: RoutedTemplate, queueUrl: unknown, id: string): string {
  const queueName = textOf(propertiesOf(template, queueUrl)?.['QueueName']) ?? '';
  const parts = queueName.split('-');
  const endings = parts.map((_, at) => parts.slice(at).join('-'));
  return endings.find((ending) => pascalCase(ending) === id) ?? kebabCase(id);
}

function accountIn(pattern: string): string | undefined {
  const { account } = JSON.parse(pattern) as { readonly account?: readonly unknown[] };
  return typeof account?.[0] === 'string' ? account[0] : undefined;
}

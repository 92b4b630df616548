import type { Listener } from './listeners.ts';
import { overlaps } from './overlap.ts';
import { roleSteps } from './role-steps.ts';
import type { AllPolicies } from './statements.ts';
import type { Around, Step } from './step.ts';
import type { Properties, Resource } from './synthesized.ts';
import { readable, type Text } from './text.ts';

/** Where each thing of an app leads: a rule to its target, a queue to who drains it, a function to what its role allows. */
export class Onward {
  readonly #around: Around;
  readonly #policies: AllPolicies;
  readonly #known = new Map<Resource, readonly Step[]>();

  constructor(around: Around, policies: AllPolicies) {
    this.#around = around;
    this.#policies = policies;
  }

  from(resource: Resource): readonly Step[] {
    const steps = this.#known.get(resource) ?? this.#stepsOf(resource);
    this.#known.set(resource, steps);
    return steps;
  }

  /** Where a listener leads that has heard of something. */
  after({ onTo }: Listener): readonly Step[] {
    if (onTo.kind === 'resource') return [{ to: { resource: onTo.resource }, by: '' }];
    if (onTo.kind === 'arn') return [this.#at(onTo.arn)];
    return this.#around.listeners
      .filter(({ bucket }) => bucket === undefined || bucket === onTo.bucket)
      .filter(({ keys }) => keys.some((one) => overlaps(one, onTo.keys)))
      .filter(({ types }) => types === undefined || types.some((type) => /Created|Deleted$/.test(type)))
      .map((listener) => ({ to: { listener }, by: readable(onTo.by) }));
  }

  #stepsOf(resource: Resource): readonly Step[] {
    const { type, properties: said } = resource;
    switch (type) {
      case 'AWS::Events::Rule':
        return this.#each(said['Targets'], resource, ({ Arn: arn }) => arn);
      case 'AWS::SQS::Queue':
        return this.#queueSteps(resource);
      case 'AWS::Lambda::Function':
        return [this.#roleAt(said['Role'], resource), ...this.#destinations(resource)];
      case 'AWS::IAM::Role':
        return roleSteps(this.#policies.of(resource), this.#around);
      case 'AWS::StepFunctions::StateMachine':
        return [this.#roleAt(said['RoleArn'], resource)];
      case 'AWS::SNS::Topic':
        return this.#subscribers(resource);
      case 'AWS::KinesisFirehose::DeliveryStream':
        return rolesIn(said).map((role) => this.#roleAt(role, resource));
      case 'AWS::Kinesis::Stream':
        return orEnd(this.#readers(resource), resource);
      case 'AWS::DynamoDB::Table':
      case 'AWS::DynamoDB::GlobalTable':
        return this.#readers(resource);
      case 'AWS::Logs::LogGroup':
        return this.#having('AWS::Logs::SubscriptionFilter', 'LogGroupName', resource, 'DestinationArn');
      case 'AWS::Events::EventBus':
        return orEnd(
          this.#rulesOf(resource, (source) => !isOfAws(source)),
          resource,
        );
      case 'AWS::Events::Archive':
        return this.#rulesOf(resource, () => true);
      default:
        return [{ to: { end: readable(resource.key) }, by: '' }];
    }
  }

  /** What has this ARN, in the app or outside. */
  #at(arn: Text): Step {
    const resource = this.#around.resources.find((one) => {
      const own = this.#around.texts.arnOf(one);
      return (
        own !== undefined &&
        (arn === own || (one.type === 'AWS::Lambda::Function' && arn.startsWith(`${own}:`)))
      );
    });
    return resource === undefined ? { to: { end: readable(arn) }, by: '' } : { to: { resource }, by: '' };
  }

  #roleAt(value: unknown, { home }: Resource): Step {
    return this.#at(this.#around.texts.pattern(value, home));
  }

  #each(list: unknown, { home }: Resource, arn: (one: Properties) => unknown): readonly Step[] {
    return ((list ?? []) as readonly Properties[]).map((one) =>
      this.#at(this.#around.texts.pattern(arn(one), home)),
    );
  }

  #queueSteps(queue: Resource): readonly Step[] {
    const readers = this.#readers(queue);
    // a letter waits for an operator
    return readers.length === 0 && this.#isDeadLetterQueue(queue) ? [] : orEnd(readers, queue);
  }

  #isDeadLetterQueue(queue: Resource): boolean {
    const { texts, resources } = this.#around;
    const arn = texts.arnOf(queue);
    return resources.some(({ type, properties, home }) => {
      const named =
        type === 'AWS::SQS::Queue'
          ? [(properties['RedrivePolicy'] as Properties | undefined)?.['deadLetterTargetArn']]
          : type === 'AWS::Events::Rule'
            ? ((properties['Targets'] ?? []) as readonly { DeadLetterConfig?: Properties }[]).map(
                ({ DeadLetterConfig }) => DeadLetterConfig?.['Arn'],
              )
            : [];
      return named.some((one) => one !== undefined && texts.pattern(one, home) === arn);
    });
  }

  /** Mappings and pipes that read from a queue or stream. */
  #readers(source: Resource): readonly Step[] {
    const { texts, resources } = this.#around;
    const arn = texts.arnOf(source)!;
    return resources.flatMap(({ type, properties, home }) => {
      const read = properties[type === 'AWS::Lambda::EventSourceMapping' ? 'EventSourceArn' : 'Source'];
      if (read === undefined || !isOf(texts.pattern(read, home), arn)) return [];
      if (type === 'AWS::Lambda::EventSourceMapping') {
        return [this.#at(texts.functionArn(properties['FunctionName'], home))];
      }
      if (type !== 'AWS::Pipes::Pipe') return [];
      return [properties['Enrichment'], properties['Target']]
        .filter((one) => one !== undefined)
        .map((one) => this.#at(texts.pattern(one, home)));
    });
  }

  #destinations(resource: Resource): readonly Step[] {
    const { texts, resources } = this.#around;
    const own = texts.arnOf(resource)!;
    return resources
      .filter(
        ({ type, properties, home }) =>
          type === 'AWS::Lambda::EventInvokeConfig' &&
          isOf(texts.functionArn(properties['FunctionName'], home), own),
      )
      .flatMap((config) => {
        const { OnSuccess, OnFailure } = (config.properties['DestinationConfig'] ?? {}) as Record<
          string,
          Properties
        >;
        const said = [OnSuccess, OnFailure].filter((one) => one !== undefined);
        return this.#each(said, config, ({ Destination: to }) => to);
      });
  }

  #subscribers(topic: Resource): readonly Step[] {
    const { texts, resources } = this.#around;
    const apart = resources.filter(
      ({ type, properties, home }) =>
        type === 'AWS::SNS::Subscription' &&
        texts.pattern(properties['TopicArn'], home) === texts.arnOf(topic),
    );
    const said = [
      ...apart,
      ...((topic.properties['Subscription'] ?? []) as readonly Properties[]).map((properties) => ({
        properties,
        home: topic.home,
      })),
    ];
    const steps = said
      .filter(({ properties }) => !/^(?:email|sms|application)/.test(String(properties['Protocol'])))
      .map(({ properties, home }) => this.#at(texts.pattern(properties['Endpoint'], home)));
    return said.length === 0 ? orEnd([], topic) : steps;
  }

  #having(type: string, property: string, resource: Resource, to: string): readonly Step[] {
    const { texts, resources } = this.#around;
    const arn = texts.arnOf(resource)!;
    return resources
      .filter((one) => one.type === type && arn.endsWith(`:${texts.of(one.properties[property], one.home)}`))
      .map((one) => this.#at(texts.pattern(one.properties[to], one.home)));
  }

  /** Rules of a bus, or of the bus that an archive is of. */
  #rulesOf(busOrArchive: Resource, wanted: (rule: Resource) => boolean): readonly Step[] {
    const { texts, resources } = this.#around;
    const { type, properties, home } = busOrArchive;
    const bus =
      type === 'AWS::Events::Archive'
        ? texts.pattern(properties['SourceArn'], home)
        : texts.arnOf(busOrArchive)!;
    return resources
      .filter((one) => one.type === 'AWS::Events::Rule' && wanted(one))
      .filter((rule) => {
        const name = texts.pattern(rule.properties['EventBusName'] ?? 'default', rule.home);
        return name === bus || bus.endsWith(`event-bus/${name}`) || bus.includes('event-bus/⟪');
      })
      .map((resource) => ({ to: { resource }, by: '' }));
  }
}

/** Nobody but AWS publishes as one of its services. */
const isOfAws = ({ properties }: Resource): boolean => {
  const { source } = (properties['EventPattern'] ?? {}) as { source?: unknown };
  return Array.isArray(source) && source.every((one) => typeof one === 'string' && one.startsWith('aws.'));
};

/** Where the app shows nobody who takes it on, somebody outside may. */
const orEnd = (steps: readonly Step[], { key }: Resource): readonly Step[] =>
  steps.length > 0 ? steps : [{ to: { end: key.slice(key.indexOf('/') + 1) }, by: '' }];

/** `…:function:f:live` is of `…:function:f`, a table's stream of the table. */
const isOf = (arn: Text, own: Text): boolean =>
  arn === own || arn.startsWith(`${own}:`) || arn.startsWith(`${own}/`);

/** Every role that a delivery stream names, whatever it delivers to. */
function rolesIn(properties: unknown): readonly unknown[] {
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).flatMap(([name, value]) =>
    name === 'RoleARN' ? [value] : rolesIn(value),
  );
}

import { CfnElement, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { ConsumerDefinition } from '../../consumer-definition.ts';
import { endsOf, type End } from './ends-at.ts';
import { listeners } from './listeners.ts';
import { Onward } from './onward.ts';
import { AllPolicies } from './statements.ts';
import { synthesized, type Resource, type Synthesized } from './synthesized.ts';
import { TemplateTexts } from './template-text.ts';
import { readable } from './text.ts';
import { circleFrom, endsFrom, shortKey } from './ways.ts';

/** A consumer as far as loops go: what its entry says, and the construct that holds its rule, queue, function and role. */
export interface LoopConsumer {
  readonly name: string;
  readonly definition: Pick<ConsumerDefinition, 'endsAt'>;
  readonly construct: IConstruct;
}

/**
 * Why the templates of the app cannot be left as they are: because consumers set one another, or themselves, going for ever, or because
 * one sets something going that nobody here can follow. AWS stops such loops for other services, but does not see one that
 * passes through EventBridge.
 *
 * Decides on the templates, as they are about to be written: on rules, roles and policies of every kind, whoever added them. Errs on
 * the side of a loop: conditions of an Allow are not looked at, what is only known after a deployment may be anything, and a
 * denial counts only if it always holds.
 *
 * @param others consumers of the app's other pipelines, which are asked about their own ways by themselves
 * @returns sentences that name the circle, `a → out/ → b → in/ → a`, or the end, and what to do
 */
export function whyRefused(
  scope: Construct,
  consumers: readonly LoopConsumer[],
  others: readonly Pick<LoopConsumer, 'name' | 'construct'>[],
): string[] {
  const app = withDefaultBuses(synthesized(scope));
  const texts = new TemplateTexts(app);
  const heard = listeners(texts, app.resources);
  const around = { texts, resources: app.resources, listeners: heard };
  const onward = new Onward(around, new AllPolicies(texts, app.resources));
  const owners = ownersOf([...others, ...consumers]);
  const rulesOf = ({ name }: LoopConsumer) =>
    app.resources.filter(({ key, type }) => type === 'AWS::Events::Rule' && owners.get(key) === name);

  const starts = [
    ...consumers.flatMap(rulesOf).map((resource) => ({ resource })),
    // somebody's own rule, function or replication, which listens to the same bucket
    ...heard.map((listener) => ({ listener })),
  ];
  const circle = starts.map((start) => circleFrom(start, onward, owners)).find((one) => one !== undefined);
  if (circle !== undefined) return [circleText(circle, consumers)];
  const owned = new Map([...owners].map(([key, name]) => [shortKey({ key }), name]));
  const arns = new Map(app.resources.map((one) => [shortKey(one), readable(texts.arnOf(one) ?? '')]));
  return consumers.flatMap((consumer) => {
    const reached = rulesOf(consumer)
      .flatMap((rule) => endsFrom(rule, onward, owners))
      .map((one) => (owned.get(one.end) === consumer.name ? { ...one, end: OWN_QUEUE } : one));
    const home = app.homeOf(Stack.of(consumer.construct));
    const said = endsOf(consumer, (text) => texts.of(Stack.of(consumer.construct).resolve(text), home));
    const asked = { consumer, reached, said, arns };
    return [...unsaid(asked), ...saidInVain(asked)];
  });
}

function circleText(circle: readonly string[], consumers: readonly LoopConsumer[]): string {
  const [first] = circle;
  const who = consumers.some(({ name }) => name === first) ? `consumer ${first}` : first;
  const [what, remedy] = circle.some((step) => /^[\w-]+:\w+$/.test(step))
    ? ['what it sets going comes', 'take one of these steps out']
    : [
        'its own writes come',
        'let it write to another bucket, or under a prefix that no pattern in the circle matches',
      ];
  return `${who}: ${what} back to it without end: ${circle.join(' → ')}; ${remedy}`;
}

/** What an entry calls the consumer's own queue, which somebody else drains. */
const OWN_QUEUE = 'queue';

interface Asked {
  readonly consumer: LoopConsumer;
  readonly reached: readonly { readonly end: string; readonly way: readonly string[] }[];
  readonly said: readonly End[];
  /** What the app makes, by its logical ID. */
  readonly arns: ReadonlyMap<string, string>;
}

function unsaid({ consumer, reached, said, arns }: Asked): string[] {
  const [first, ...others] = reached.filter(
    ({ end }) => !said.some(({ resource }) => isAt(resource, end, arns)),
  );
  if (first === undefined) return [];
  const { name } = consumer;
  const { end, way } = first;
  const more = others.length === 0 ? '' : ` (and so at ${others.map((one) => one.end).join(', ')})`;
  const remedy = end.includes('*')
    ? 'grant exact actions on exact resources'
    : `where nothing of it comes back, say endsAt: '${end}, WHY NOT' in its entry, or take the way out of it`;
  return [
    `consumer ${name}: what it sets going leaves what can be seen here at ${end}${more}, and might write where the consumer listens: ${[name, ...way, end].join(' → ')}; ${remedy}`,
  ];
}

function saidInVain({ consumer, reached, said, arns }: Asked): string[] {
  const idle = said.find(
    ({ resource }) =>
      // what the app makes is followed anyway; who wrote the entry may not have known that it makes it
      ![...arns.values()].includes(resource) && !reached.some(({ end }) => isAt(resource, end, arns)),
  );
  if (idle === undefined) return [];
  const ends = reached.map(({ end }) => end);
  return [
    `consumer ${consumer.name}: its endsAt names ${idle.resource}, which it does not come to; ${ends.length === 0 ? 'leave it out' : `write one of ${ends.join(', ')}, or leave it out`}`,
  ];
}

/** What the app makes may be called by its logical ID, as the refusal does, or by its ARN. */
const isAt = (said: string, end: string, arns: ReadonlyMap<string, string>): boolean =>
  said === end || said === arns.get(end);

/** Logical IDs of what the consumers hold, each with the consumer's name. */
function ownersOf(
  consumers: readonly Pick<LoopConsumer, 'name' | 'construct'>[],
): ReadonlyMap<string, string> {
  return new Map(
    consumers.flatMap(({ name, construct }) =>
      construct.node
        .findAll()
        .filter((one) => CfnElement.isCfnElement(one))
        .map((one) => [keyOf(one), name] as const),
    ),
  );
}

const keyOf = (element: CfnElement): string =>
  `${homeNameOf(element.stack)}/${String(element.stack.resolve(element.logicalId))}`;

const homeNameOf = (stack: Stack): string =>
  stack.node.id === stack.stackName ? stack.stackName : stack.node.path;

/** The bus that every account has, in each stack's place. */
function withDefaultBuses(app: Synthesized): Synthesized {
  const homes = [...new Set(app.resources.map(({ home }) => home))];
  const buses = homes.map((home): Resource => ({
    key: `${home.name}/default event bus`,
    type: 'AWS::Events::EventBus',
    properties: { Name: 'default' },
    home,
  }));
  return { ...app, resources: [...app.resources, ...buses] };
}

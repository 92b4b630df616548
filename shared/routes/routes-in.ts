import { sampleEvent } from '../object-event/sample-event.ts';
import type { BusSampleKind } from '../object-event/sample-kinds.ts';
import { whySkipped } from '../keeps.ts';
import { pipelinesIn, type TemplateConsumer, type TemplatePipeline } from './template-pipelines.ts';
import type { RoutedTemplate } from './template-text.ts';

export interface RoutesOptions {
  /** What happens to the object. @default put */
  readonly kind?: BusSampleKind;
  /** Its size in bytes, for patterns that look at it. @default 5 */
  readonly size?: number;
  /** Which pipeline of a template with several: the id of its construct. @default the only one, or Default */
  readonly pipeline?: string;
}

/**
 * Which consumers make something of an upload under each key, by a synthesized template alone: plain data in, plain data
 * out, for a team's own tests.
 *
 *     const routes = routesIn(Template.fromStack(stack).toJSON(), ['csv/a.csv', 'images/b.png']);
 *     expect(routes['csv/a.csv']).toEqual(['indexer', 'csv-counter']);
 *     expect(routes['images/b.png']).toEqual(['indexer']);
 *
 * @throws Error when the template holds no pipeline, or several and none is named
 */
export function routesIn(
  template: RoutedTemplate,
  keys: readonly string[],
  options: RoutesOptions = {},
): Readonly<Record<string, readonly string[]>> {
  const routes = routeTable(pipelineIn(template, options.pipeline), keys, options);
  return Object.fromEntries(
    routes.map(({ key, consumers }) => [
      key,
      consumers.filter(({ verdict }) => verdict === 'wanted').map(({ consumer }) => consumer),
    ]),
  );
}

/** What becomes of a key. */
export interface KeyRoutes {
  readonly key: string;
  readonly consumers: readonly ConsumerRoute[];
}

interface ConsumerRoute {
  readonly consumer: string;
  readonly verdict: 'wanted' | 'skipped' | 'not-matched';
  /** Why it is skipped. */
  readonly why?: string;
}

/** Every key with what each consumer makes of it. */
export function routeTable(
  { bucket, account, consumers }: TemplatePipeline,
  keys: readonly string[],
  { kind = 'put', size = 5 }: RoutesOptions = {},
): readonly KeyRoutes[] {
  return keys.map((key) => {
    const event = JSON.stringify(sampleEvent(kind, { bucket, account, key, size }));
    return { key, consumers: consumers.map((consumer) => routeOf(consumer, event, key)) };
  });
}

function routeOf(
  { name, matcher, keeps, target }: TemplateConsumer,
  event: string,
  key: string,
): ConsumerRoute {
  if (!matcher.matches(event)) return { consumer: name, verdict: 'not-matched' };
  // where no function of ours is at work, whatever the rule sends is taken
  const why = keeps === undefined || target.kind !== 'function' ? undefined : whySkipped(keeps, key);
  return why === undefined
    ? { consumer: name, verdict: 'wanted' }
    : { consumer: name, verdict: 'skipped', why };
}

/** The pipeline of this id; without one the only one, or `Default`. @throws Error naming those that there are */
export function pipelineIn(template: RoutedTemplate, id?: string): TemplatePipeline {
  const pipelines = pipelinesIn(template);
  const [first] = pipelines;
  if (first === undefined) {
    throw new Error(
      'the template holds no pipeline: it has no output IngestBucketName; was it synthesized with one?',
    );
  }
  const asked = id ?? (pipelines.length === 1 ? first.id : 'Default');
  const found = pipelines.find((one) => one.id === asked);
  if (found !== undefined) return found;
  const ids = pipelines.map((one) => one.id).join(', ');
  throw new Error(
    id === undefined
      ? `the template holds several pipelines: name one of ${ids}`
      : `the template holds no pipeline ${id}: one of ${ids}`,
  );
}

import { compileWildcard } from '../../shared/event-pattern/pattern-text.ts';
import { whySkipped } from '../../shared/keeps.ts';
import { hasFunction } from './consumer.ts';
import type { Pipeline } from './pipeline.ts';
import { busEvent, type RoutedObject, type Route } from './routing.ts';

/**
 * Why the consumer skips an object that its rule lets through, in words; undefined when it does not. The rule says which
 * names come to it, so the words name that place too: an uploader has put the file there to have it dealt with.
 *
 *     'under csv/, but not named as a CSV'
 */
export function whySkippedThere(
  pipeline: Pipeline,
  { consumer, pattern }: Pick<Route, 'consumer' | 'pattern'>,
  key: string,
): string | undefined {
  if (!hasFunction(consumer)) return undefined;
  const keeps = pipeline.keepsIfSaid(consumer);
  const why = keeps === undefined ? undefined : whySkipped(keeps, key);
  // a placeholder is skipped wherever it is
  if (why === undefined || key.endsWith('/')) return why;
  const place = placeIn(pattern, key);
  return place === undefined ? why : `${place}, but ${why}`;
}

/** `under csv/`, or `like csv/*` where the pattern has wildcards; undefined when it asks for no such name. */
function placeIn(pattern: string, key: string): string | undefined {
  const { detail } = JSON.parse(pattern) as PatternOfNames;
  const asked = detail?.object?.key ?? [];
  const prefixes = asked.flatMap(({ prefix }) =>
    typeof prefix === 'string' && prefix !== '' && key.startsWith(prefix) ? [prefix] : [],
  );
  const [longest] = prefixes.toSorted((left, right) => right.length - left.length);
  if (longest !== undefined) return `under ${longest}`;
  const like = asked.find(({ wildcard }) => typeof wildcard === 'string' && isLike(wildcard, key));
  return like === undefined ? undefined : `like ${String(like.wildcard)}`;
}

function isLike(wildcard: string, key: string): boolean {
  const matches = compileWildcard(wildcard);
  return typeof matches !== 'string' && matches(key);
}

/** As much of an event pattern as is looked at here; a value to match may also be a plain text. */
interface PatternOfNames {
  readonly detail?: {
    readonly object?: {
      readonly key?: readonly { readonly prefix?: unknown; readonly wildcard?: unknown }[];
    };
  };
}

/** A consumer that keeps nothing of an object, and why, in words. */
export interface SkippedBy {
  readonly consumer: string;
  readonly why: string;
}

/** The consumers whose rules let the object through, and that keep nothing of such a name. */
export function skippedBy(
  routes: readonly Route[],
  pipeline: Pipeline,
  object: RoutedObject,
): readonly SkippedBy[] {
  const event = busEvent(pipeline, object);
  return routes.flatMap((route) => {
    const why = route.matcher.matches(event) ? whySkippedThere(pipeline, route, object.key) : undefined;
    return why === undefined ? [] : [{ consumer: route.consumer.name, why }];
  });
}

import type { Onward } from './onward.ts';
import type { Step } from './step.ts';
import type { Resource } from './synthesized.ts';

/** By the key of a resource, the consumer that it is part of. */
type Owners = ReadonlyMap<string, string>;

/** One more thing on the way, and by what it was come to. */
interface Stop {
  readonly at: Step['to'];
  readonly by: string;
}

/** The circle that begins and ends at the same name, `['a', 'in/', 'a']`; undefined where the start leads into none. */
export function circleFrom(start: Step['to'], onward: Onward, owners: Owners): readonly string[] | undefined {
  const done = new Set<object>();
  const way: Stop[] = [];
  return follow({ at: start, by: '' });

  function follow(stop: Stop): readonly string[] | undefined {
    const thing = thingOf(stop.at);
    if (thing === undefined) return undefined;
    const met = way.findIndex(({ at }) => thingOf(at) === thing);
    if (met !== -1) return words([...way.slice(met), stop], owners);
    if (done.has(thing)) return undefined;
    way.push(stop);
    for (const { to, by } of stepsFrom(stop.at, onward)) {
      const circle = follow({ at: to, by });
      if (circle !== undefined) return circle;
    }
    way.pop();
    done.add(thing);
    return undefined;
  }
}

/** What a rule comes to that nobody can follow, up to where another consumer begins; each once, with the way there. */
export function endsFrom(
  rule: Resource,
  onward: Onward,
  owners: Owners,
): readonly { readonly end: string; readonly way: readonly string[] }[] {
  const own = owners.get(rule.key);
  const seen = new Set<object>();
  const ends = new Map<string, readonly string[]>();
  follow({ resource: rule }, []);
  return [...ends].map(([end, way]) => ({ end, way }));

  function follow(at: Step['to'], way: readonly string[]): void {
    if ('end' in at) {
      if (!ends.has(at.end)) ends.set(at.end, way);
      return;
    }
    const thing = thingOf(at)!;
    const owner = 'resource' in at ? owners.get(at.resource.key) : undefined;
    if (seen.has(thing) || (owner !== undefined && owner !== own)) return;
    seen.add(thing);
    for (const { to, by } of stepsFrom(at, onward)) {
      const name =
        'resource' in at && owner === undefined && isTold(at.resource) ? [shortKey(at.resource)] : [];
      follow(to, [...way, ...name, ...(by === '' ? [] : [by])]);
    }
  }
}

function stepsFrom(at: Step['to'], onward: Onward): readonly Step[] {
  if ('resource' in at) return onward.from(at.resource);
  return 'listener' in at ? onward.after(at.listener) : [];
}

/** What makes two stops the same; an end leads nowhere. */
function thingOf(at: Step['to']): object | undefined {
  if ('resource' in at) return at.resource;
  return 'listener' in at ? at.listener : undefined;
}

/** Names of consumers and of other things, and between them by what one comes from the other. Begins and ends with the same name. */
function words(circle: readonly Stop[], owners: Owners): readonly string[] {
  const told: string[] = [];
  for (const { at, by } of turned(circle, owners)) {
    if (by !== '') told.push(by);
    const name = 'resource' in at ? nameOf(at.resource, owners) : undefined;
    if (name !== undefined && told.at(-1) !== name) told.push(name);
  }
  if (told[0] !== told.at(-1) || told.length === 1) told.push(told[0]!);
  return told;
}

/** So that the circle begins at a consumer: the first and the last stop are the same thing. */
function turned(circle: readonly Stop[], owners: Owners): readonly Stop[] {
  const open = circle.slice(1);
  const first = open.findIndex(({ at }) => 'resource' in at && owners.has(at.resource.key));
  const start = first === -1 ? 0 : first;
  const from = open[start]!;
  return [{ at: from.at, by: '' }, ...open.slice(start + 1), ...open.slice(0, start), from];
}

function nameOf(resource: Resource, owners: Owners): string | undefined {
  return owners.get(resource.key) ?? (isTold(resource) ? shortKey(resource) : undefined);
}

/** A role is told of by what it lets do. */
const isTold = ({ type }: Resource): boolean => type !== 'AWS::IAM::Role';

/** The logical ID. */
export const shortKey = ({ key }: Pick<Resource, 'key'>): string => key.slice(key.indexOf('/') + 1);

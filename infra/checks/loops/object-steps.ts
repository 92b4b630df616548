import type { Listener } from './listeners.ts';
import { BUCKET_CHANGES, toldActions } from './s3-events.ts';
import { isDenied, mayDo, resourceMeeting, type Rights, type Statement } from './statements.ts';
import type { Around, Step } from './step.ts';
import { literalStart, readable, type Text } from './text.ts';

/** What S3 tells of what the statement allows on objects and buckets: a step to each listener that may hear of it. */
export function objectSteps(statement: Statement, { statements }: Rights, around: Around): readonly Step[] {
  return around.listeners.flatMap((listener) => {
    const places = placesOf(listener, around);
    const by =
      byRequest(statement, listener, places) ??
      byObject({ statement, statements, listener, places }) ??
      byChange({ statement, statements, places });
    return by === undefined ? [] : [{ to: { listener }, by }];
  });
}

/** A bucket, or an access point of one: what its own ARN is, and what its objects' ARNs begin with. */
interface Place {
  readonly base: Text;
  readonly objects: Text;
}

interface Asked {
  readonly statement: Statement;
  /** All that the role has, with the denials. */
  readonly statements: readonly Statement[];
  readonly places: readonly Place[];
}

/** An access log tells of reads, too. */
function byRequest(
  statement: Statement,
  { hearsReads }: Listener,
  places: readonly Place[],
): string | undefined {
  const asks = statement.actions.some((action) => action === '*' || /^s3:/i.test(action));
  if (!hearsReads || !asks) return undefined;
  return places.some(({ base }) => resourceMeeting(statement, `${base}*`) !== undefined)
    ? 'any request'
    : undefined;
}

/** The keys that may be written, as far as they are certain: `in/` */
function byObject({
  statement,
  statements,
  listener,
  places,
}: Asked & { readonly listener: Listener }): string | undefined {
  const told = statement.actions
    .flatMap((action) => toldActions(action, (one) => mayDo(statement, one)))
    .filter(({ types }) => hears(listener, types));
  for (const { objects } of places) {
    for (const target of listener.keys.map((keys) => objects + keys)) {
      const met = resourceMeeting(statement, target);
      if (met === undefined) continue;
      const isAllowed = told.some(
        ({ action }) => !isDenied(statements, action, target) && !isDenied(statements, action, met),
      );
      if (isAllowed) return shownKeys(met, objects);
    }
  }
  return undefined;
}

const hears = ({ types: heard }: Listener, types: readonly string[] | undefined): boolean =>
  heard === undefined || types === undefined || types.some((type) => heard.includes(type));

function byChange({ statement, statements, places }: Asked): string | undefined {
  return BUCKET_CHANGES.filter((action) => mayDo(statement, action)).find((action) =>
    places.some(
      ({ base }) => resourceMeeting(statement, base) !== undefined && !isDenied(statements, action, base),
    ),
  );
}

/** The ARNs under which the listener's bucket is known: its own, and those of its access points. */
function placesOf({ bucket }: Listener, { texts, resources }: Around): readonly Place[] {
  const base = `arn:aws:s3:::${bucket ?? '*'}`;
  const points = resources.filter(
    ({ type, properties, home }) =>
      type === 'AWS::S3::AccessPoint' &&
      (bucket === undefined || texts.of(properties['Bucket'], home) === bucket),
  );
  return [
    { base, objects: `${base}/` },
    ...points.map((point) => {
      const arn = texts.arnOf(point)!;
      return { base: arn, objects: `${arn}/object/` };
    }),
  ];
}

function shownKeys(resource: Text, objects: Text): string {
  const keys = resource.startsWith(objects) ? readable(literalStart(resource.slice(objects.length))) : '';
  return keys === '' ? '(any key)' : keys;
}

import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ConsumerDefinition, ConsumerPattern } from '../consumer-definition.ts';
import { storesOf, type PipelineStores } from '../stores.ts';

/** A consumer as far as loops go: the beginnings of the ingest bucket's keys that it hears of, and that it may write. `''` = any key. */
interface Reach {
  readonly name: string;
  readonly hears: readonly string[];
  readonly writes: readonly string[];
  /** Whether its function may start a state machine, of which nobody says where it writes. */
  readonly starts: boolean;
}

/**
 * Refuses consumers that can set one another, or themselves, going for ever: a consumer → a prefix of the ingest bucket
 * that it may write → a rule that matches there → that rule's consumer, and so back. AWS stops such loops for other
 * services, but does not see one that passes through EventBridge.
 *
 * Errs on the side of a loop: of a pattern only the literal beginning of its keys is looked at, of a role everything that
 * is not plainly a read, or plainly in another bucket. An execution that a function may start can write anywhere, unless the
 * definition says `comesBack: false`. What a target does with the events that a rule sends to it, be it a queue, a bus or a state
 * machine, cannot be seen from here, and is not looked at.
 *
 * @throws Error with the circle: `a → out/ → b → in/ → a`
 */
export function refuseLoops(consumers: readonly ConsumerDefinition[], stores: PipelineStores): void {
  const reaches = consumers.map((definition) => {
    const grants = (definition.grants?.(storesOf(definition, stores)) ?? []).map(granted);
    const starts = definition.comesBack !== false && grants.some(startsExecution);
    return {
      name: definition.name,
      hears: literalPrefixes(definition.pattern),
      writes: [...(starts ? [''] : []), ...grants.flatMap((grant) => writablePrefixes(grant, stores))],
      starts,
    };
  });
  for (const start of reaches) {
    const circle = wayBack(start, start, reaches, new Set());
    if (circle !== undefined) {
      throw new Error(
        `consumer ${start.name}: its own writes come back to it without end: ${circle}; ` +
          `let it write to another bucket, or under a prefix that no pattern in the circle matches` +
          (start.starts
            ? '; where the state machine that it starts writes nothing there, say comesBack: false in its entry'
            : ''),
      );
    }
  }
}

/** The way from `from` to `goal`, written out, or undefined if there is none. */
function wayBack(from: Reach, goal: Reach, reaches: readonly Reach[], seen: Set<Reach>): string | undefined {
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of reaches) {
    const written = from.writes.find((prefix) => next.hears.some((heard) => overlap(prefix, heard)));
    if (written === undefined) continue;
    const rest = next === goal ? goal.name : wayBack(next, goal, reaches, seen);
    if (rest !== undefined) return `${from.name} → ${written === '' ? '(any key)' : written} → ${rest}`;
  }
  return undefined;
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

type KeyMatcher = NonNullable<NonNullable<ConsumerPattern['detail']['object']>['key']>[number];

function literalPrefixes({ detail }: ConsumerPattern): string[] {
  return (detail.object?.key ?? ['']).map((matcher) => literalPrefix(matcher));
}

function literalPrefix(matcher: KeyMatcher): string {
  if (typeof matcher === 'string') return matcher;
  if (matcher === null) return '';
  if ('prefix' in matcher && typeof matcher.prefix === 'string') return matcher.prefix;
  // up to the first star; a backslash may escape one, so nothing behind it is taken for certain either
  if ('wildcard' in matcher) return matcher.wildcard.split(/[*\\]/, 1)[0]!;
  return '';
}

interface Grant {
  /** Undefined where the statement says what it does not allow. */
  readonly actions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly exceptResources: boolean;
  readonly isDenied: boolean;
}

function granted(statement: PolicyStatement): Grant {
  const { Effect: effect, Action: actions } = statement.toStatementJson() as {
    Effect?: string;
    Action?: string | string[];
  };
  return {
    actions: actions === undefined ? undefined : [actions].flat(),
    resources: statement.resources,
    exceptResources: statement.notResources.length > 0,
    isDenied: effect === 'Deny',
  };
}

function writablePrefixes(grant: Grant, { ingestBucket, outputBucket }: PipelineStores): string[] {
  if (grant.isDenied || grant.actions?.every(isHarmless) === true) return [];
  if (grant.exceptResources) return [''];
  const ingest = ingestBucket.arnForObjects('');
  return grant.resources.flatMap((resource) => {
    if (resource.startsWith(ingest)) return [resource.slice(ingest.length).split(/[*?]/, 1)[0]!];
    return resource.startsWith(outputBucket.arnForObjects('')) ? [] : [''];
  });
}

function startsExecution({ actions = [], isDenied }: Grant): boolean {
  return !isDenied && actions.some((action) => /^states:(Start|S?\*)/i.test(action));
}

/** Whether the action by itself cannot make S3 publish an event: anything of another service, and S3's reads. */
function isHarmless(action: string): boolean {
  return /^(?!s3:)[\w-]+:|^s3:(Get|List|Head)/i.test(action);
}

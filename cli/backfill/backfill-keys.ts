import { nothingMatched, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { keyOf } from '../objects/object-location.ts';
import type { QueuedConsumer } from '../pipeline/consumer.ts';
import type { Route } from '../pipeline/routing.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { plural } from '../terminal/units.ts';
import { backfill } from './backfill.ts';
import type { backfillDocument } from './backfill-document.ts';
import { namedObjects } from './named-objects.ts';

/** The flags that choose what is backfilled. */
interface KeyFlags {
  readonly key?: readonly string[];
  readonly prefix?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly checkpoint?: string;
  readonly inventory?: string;
  readonly dryRun?: boolean;
}

/** The keys that are named; undefined where none is. @throws CliError, usage, beside what is of a whole prefix */
export function keysOf({ pipeline }: Scope, flags: KeyFlags): readonly string[] | undefined {
  const { key: keys, prefix, resume, restart, checkpoint, inventory } = flags;
  if (keys === undefined) return undefined;
  if (keys.includes('')) {
    throw usageError('--key is empty, and no object has such a key', 'name a key, such as csv/a.csv');
  }
  if ([prefix, resume, restart, checkpoint, inventory].some((flag) => flag !== undefined)) {
    throw usageError(
      '--key names single objects; --prefix, --resume, --restart, --checkpoint and --inventory are of a whole prefix',
      'leave one of them out',
    );
  }
  return keys.map((key) => keyOf(key, pipeline));
}

/** Sends the objects of these very keys. Nothing is kept of how far it came: run again, it sends them again. */
export async function backfillKeys(
  scope: Scope,
  { dryRun: isDryRun = false }: KeyFlags,
  asked: {
    readonly keys: readonly string[];
    readonly routes: readonly Route<QueuedConsumer>[];
    readonly perSecond: number;
  },
): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const { keys, routes, perSecond } = asked;
  const { objects: named, notFound } = await namedObjects(pipeline, keys);
  const missing = notFound.map((key) => `${JSON.stringify(key)} holds no object`);
  if (named.length === 0) {
    throw nothingMatched(
      missing.join('; '),
      'keys are written as S3 has them: sluice ls shows what there is',
    );
  }
  noteDisabled(scope, routes);
  if (!isDryRun) {
    const to = routes.map(({ consumer }) => consumer.name).join(', ');
    await terminal.confirm(`send ${plural(named.length, 'object')} to ${to}?`);
  }
  const { objects, messages, isComplete } = await backfill(pipeline, {
    routes,
    prefix: '',
    objects: named,
    perSecond,
    checkpoint: undefined,
    isDryRun,
    signal,
  });
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof backfillDocument>>({
      verb: 'backfill',
      target: pipeline.deployment,
      dryRun: isDryRun,
      prefix: '',
      keys,
      notFound,
      objects,
      messages,
      isComplete,
    });
  } else showMessages(terminal, messages, isDryRun);
  terminal.note(`looked at ${plural(objects, 'object')}`);
  for (const line of missing) terminal.note(line);
  if (!isComplete) terminal.note('interrupted: run it again, what was sent is not written twice');
  return notFound.length === 0 && isComplete ? EXIT.done : EXIT.partlyDone;
}

export function noteDisabled({ terminal }: Scope, routes: readonly Route[]): void {
  for (const { consumer, isEnabled } of routes) {
    if (isEnabled) continue;
    terminal.note(`the rule of ${consumer.name} is disabled; a backfill reaches it nevertheless`);
  }
}

/** How many messages each consumer got, or would get. */
export function showMessages(
  terminal: Terminal,
  messages: Readonly<Record<string, number>>,
  isDryRun: boolean,
): void {
  terminal.rows(
    [
      { heading: 'consumer', kind: 'name' },
      { heading: isDryRun ? 'would be sent' : 'sent', kind: 'count' },
    ],
    Object.entries(messages),
  );
}

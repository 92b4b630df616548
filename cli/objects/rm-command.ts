import type { rmDocument } from './rm-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import { nothingMatched, usageError } from '../cli-error.ts';
import { DELETED_AT_A_TIME } from './deletion.ts';
import { EXIT } from '../exit-code.ts';
import { decodeKey, listObjects } from './listing.ts';
import { keyOf, locationText } from './object-location.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { noteDisabled, reachColumns } from './reach-columns.ts';
import { removeObjects, type RemovedObject } from './removal.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import { withChange, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { plural } from '../terminal/units.ts';

interface RmFlags extends CommonFlags {
  readonly dryRun?: boolean;
  readonly recursive?: boolean;
}

const HELP = `
A delete is an event like an upload: the consumers turn their rows into tombstones. The bucket keeps the versions, so
that an object comes back when its delete marker is removed (aws s3api delete-object --version-id MARKER).

  sluice rm csv/orders.csv                      asks first; with --yes not
  sluice rm --recursive csv/2025/ --dry-run     what would go`;

export function defineRm(command: Command, session: Session): void {
  command
    .argument('<keys...>', 'keys; with --recursive prefixes')
    .option('--recursive', 'everything under the prefixes')
    .addHelpText('after', HELP);
  withTarget(withChange(command)).action(async (locations: readonly string[], flags: RmFlags) => {
    await session.run(flags, (scope) => rm(scope, locations, flags));
  });
}

async function rm({ pipeline, terminal, signal }: Scope, locations: readonly string[], flags: RmFlags) {
  const named = [...new Set(locations.map((location) => keyOf(location, pipeline)))];
  if (named.includes('')) {
    throw usageError('that is the whole bucket', '`sluice empty` is for that; or name a prefix');
  }
  const keys = flags.recursive === true ? await keysUnder(pipeline, named) : await existing(pipeline, named);
  const routes = await routesOf(pipeline, pipeline.consumers);
  const reached = (key: string) => routesFor(routes, pipeline, { key, isDeleted: true });
  const removed: RemovedObject[] = [];
  if (flags.dryRun === true) {
    removed.push(...keys.map((key) => ({ key })));
  } else {
    await terminal.confirm(`remove ${plural(keys.length, 'object')} from ${pipeline.ingestBucket}?`);
    using progress = terminal.progress({ label: 'removing', total: keys.length });
    for (let at = 0; at < keys.length && !signal.aborted; at += DELETED_AT_A_TIME) {
      removed.push(...(await removeObjects(pipeline, keys.slice(at, at + DELETED_AT_A_TIME))));
      progress.show(removed.length);
    }
  }
  const failed = removed.filter(({ error }) => error !== undefined);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof rmDocument>>({
      verb: 'rm',
      target: pipeline.deployment,
      dryRun: flags.dryRun === true,
      bucket: pipeline.ingestBucket,
      objects: removed.map((object) => ({
        ...object,
        consumers: reached(object.key).map(({ consumer }) => consumer.name),
      })),
    });
  } else {
    const reach = reachColumns(terminal, routes);
    terminal.rows(
      [{ heading: 'object', kind: 'key' }, ...reach.columns, { heading: 'error', kind: 'below' }],
      removed.map(({ key, error }) => [
        locationText(pipeline.ingestBucket, key),
        ...reach.cells(error === undefined ? reached(key) : []),
        error === undefined ? '' : { value: `✖ ${error}`, style: 'red' },
      ]),
    );
    noteDisabled(terminal, routes);
  }
  const done = removed.length - failed.length;
  terminal.note(`${flags.dryRun === true ? 'would remove' : 'removed'} ${plural(done, 'object')}`);
  if (failed.length === 0) return EXIT.done;
  terminal.note(`${plural(failed.length, 'object')} could not be removed`);
  return done > 0 ? EXIT.partlyDone : EXIT.failed;
}

async function keysUnder(pipeline: Pipeline, prefixes: readonly string[]): Promise<string[]> {
  const keys = new Set<string>();
  for (const prefix of prefixes) for await (const { key } of listObjects(pipeline, { prefix })) keys.add(key);
  if (keys.size === 0) throw nothingMatched(`there is nothing under ${prefixes.join(', ')}`);
  return [...keys];
}

/** A delete of nothing would leave a marker, and succeed: a mistyped key would go unnoticed. */
async function existing(pipeline: Pipeline, keys: readonly string[]): Promise<readonly string[]> {
  for (const key of keys) {
    if (await isListed(pipeline, key)) continue;
    throw nothingMatched(
      `there is no object ${JSON.stringify(key)}; nothing was removed`,
      key.endsWith('/')
        ? 'for everything under a prefix say --recursive'
        : '`sluice ls PREFIX` shows what there is',
    );
  }
  return keys;
}

/** Not asked of the object itself, which takes the right to read it. Of the keys with this prefix the key itself comes first. */
async function isListed({ s3, ingestBucket }: Pipeline, key: string): Promise<boolean> {
  const { Contents: [first] = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: ingestBucket, Prefix: key, MaxKeys: 1, EncodingType: 'url' }),
  );
  return first?.Key !== undefined && decodeKey(first.Key) === key;
}

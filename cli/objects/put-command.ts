import type { putDocument } from './put-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { InvalidArgumentError, type Command } from 'commander';
import { concurrently } from '../../shared/concurrency.ts';
import { explainError, explainKnownError } from '../pipeline/aws-error.ts';
import { CliError, nothingMatched, usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addCsvOptions, csvMetadata, type CsvFlags } from './csv-metadata.ts';
import { fateLines } from '../fate/fate-lines.ts';
import { keyOf, locationText } from './object-location.ts';
import { awaitOutcomes, isOpen, type Awaited } from './outcome-wait.ts';
import { noteDisabled, reachColumns } from './reach-columns.ts';
import { routesFor, routesOf } from '../pipeline/routing.ts';
import { skippedBy } from '../pipeline/skipped-name.ts';
import { skippedNotes } from './skipped-notes.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';
import { parseDuration } from '../terminal/time.ts';
import { bytesText, countText, plural } from '../terminal/units.ts';
import { upload, type UploadedObject } from './upload.ts';
import { planUploads, type UploadItem } from './upload-plan.ts';

interface PutFlags extends CommonFlags, CsvFlags {
  readonly dryRun?: boolean;
  readonly contentType?: string;
  readonly wait?: boolean;
  readonly waitLimit: string;
}

const HELP = `
The destination is a key, or a prefix when it ends in a slash, of the pipeline's ingest bucket; s3://BUCKET/ may be left
out. The files of a folder keep their path below it. Large files go in parts; one that is broken off leaves nothing.
The content type follows from the name: text/csv of x.csv, application/gzip of x.csv.gz, whose rows are counted too.

  sluice put orders.csv csv/                 becomes csv/orders.csv, and says which consumers it reaches
  sluice put export/ csv/2026/               every file below export/
  zcat dump.gz | sluice put - csv/dump.csv   from standard input
  sluice put x.csv csv/ --csv-delimiter ';'  kept as metadata, which the row counter goes by
  sluice put orders.csv csv/ --wait          and what each consumer made of it

With --wait: exit 0 when all have recorded it, 5 when one gave it up as a dead letter, 4 when one had no outcome in time.`;

const AT_A_TIME = 4;

export function definePut(command: Command, session: Session): void {
  command
    .argument('<files...>', 'files or folders, - for standard input; the last one is the destination')
    .option('--content-type <type>', 'of every object (default: by the name, e.g. text/csv)', contentType);
  addCsvOptions(command)
    .option('--wait', 'until every consumer that wants them has an outcome, and say which')
    .option('--wait-limit <time>', 'wait no longer than this', '60s')
    .option('--dry-run', 'show what would be uploaded, and upload nothing')
    .addHelpText('after', HELP);
  withTarget(command).action(async (paths: readonly string[], flags: PutFlags) => {
    await session.run(flags, (scope) => put(scope, paths, flags, session));
  });
}

/** As a header carries it. */
function contentType(text: string): string {
  if (/^[\x20-\x7e]+$/.test(text)) return text;
  throw new InvalidArgumentError('It is a type such as text/csv, in ASCII.');
}

async function put(
  { pipeline, terminal, signal }: Scope,
  paths: readonly string[],
  flags: PutFlags,
  { streams }: Session,
) {
  const destination = paths.at(-1) ?? '';
  if (paths.length < 2) {
    throw usageError('there is no destination', 'say where to: sluice put orders.csv csv/');
  }
  const metadata = csvMetadata(flags);
  const waitMs = parseDuration(flags.waitLimit, '--wait-limit');
  const { items, passedOver } = await planUploads(paths.slice(0, -1), keyOf(destination, pipeline));
  for (const link of passedOver) {
    terminal.note(`passed over ${terminalJson(JSON.stringify(link))}: a link that leads out of the folder`);
  }
  if (items.length === 0) throw nothingMatched(`there is no file in ${paths.slice(0, -1).join(', ')}`);
  const routes = await routesOf(pipeline, pipeline.consumers);
  const reached = (object: UploadItem | UploadedObject) => routesFor(routes, pipeline, routed(object));
  const uploaded: UploadedObject[] = [];
  let trouble: unknown;
  if (flags.dryRun !== true) {
    const total = items.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
    using progress = terminal.progress({ label: 'uploading', total, amountText: bytesText });
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
      progress.show(bytes);
    };
    // what is in hand when one fails goes on to its end, and is told of
    await concurrently(items, AT_A_TIME, async (item) => {
      if (trouble !== undefined || signal.aborted) return;
      try {
        uploaded.push(
          await upload(pipeline, item, { ...flags, metadata, stdin: streams.stdin, signal, onBytes }),
        );
      } catch (error) {
        trouble ??= error;
      }
    });
    if (trouble !== undefined && uploaded.length === 0) throw trouble;
  }
  const objects = flags.dryRun === true ? items : uploaded;
  const skipped = objects.map((object) => ({
    key: object.key,
    skippedBy: skippedBy(routes, pipeline, routed(object)),
  }));
  let awaited: readonly Awaited[] | undefined;
  let unasked: unknown;
  if (flags.wait === true) {
    using progress = terminal.progress({ label: 'waiting for the consumers', total: uploaded.length });
    try {
      awaited = await awaitOutcomes(pipeline, uploaded, {
        consumersOf: (object) =>
          reached(object).flatMap(({ consumer, isEnabled }) => (isEnabled ? [consumer] : [])),
        limitMs: waitMs,
        signal,
        onLook: (settled) => progress.show(settled),
      });
    } catch (error) {
      // the upload itself has succeeded, and is told of first
      unasked = error;
    }
  }
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof putDocument>>({
      verb: 'put',
      target: pipeline.deployment,
      dryRun: flags.dryRun === true,
      bucket: pipeline.ingestBucket,
      notUploaded: items.length - objects.length,
      passedOver,
      objects: objects.map((object, index) => ({
        ...object,
        consumers: reached(object).map(({ consumer }) => consumer.name),
        skippedBy: skipped[index]?.skippedBy ?? [],
      })),
      ...(awaited !== undefined && { outcomes: awaited.map(outcomeDocument) }),
    });
  } else {
    const reach = reachColumns(terminal, routes);
    terminal.rows(
      [{ heading: 'object', kind: 'key' }, { heading: 'size', kind: 'size' }, ...reach.columns],
      objects.map((object) => [
        locationText(pipeline.ingestBucket, object.key),
        object.sizeBytes,
        ...reach.cells(reached(object)),
      ]),
    );
    noteDisabled(terminal, routes);
    for (const { key, consumers } of awaited ?? []) {
      terminal.line(terminalText(key));
      for (const fate of consumers) for (const line of fateLines(fate)) terminal.line(line);
    }
  }
  for (const note of skippedNotes(skipped)) terminal.note(note);
  if (flags.dryRun === true) terminal.note(`would upload ${plural(items.length, 'object')}`);
  else terminal.note(`uploaded ${plural(uploaded.length, 'object')} of ${countText(items.length)}`);
  if (trouble !== undefined) {
    noteTrouble(terminal, 'stopped', explainKnownError(trouble, pipeline.deployment));
  }
  if (unasked !== undefined) {
    const error = explainError(unasked, pipeline.deployment);
    noteTrouble(terminal, 'what became of it could not be asked', error);
  }
  if (trouble !== undefined || unasked !== undefined) return EXIT.partlyDone;
  return awaited === undefined
    ? EXIT.done
    : conclude(terminal, awaited, signal.aborted ? 'when it was interrupted' : `after ${flags.waitLimit}`);
}

function noteTrouble(terminal: Terminal, what: string, error: unknown): void {
  terminal.note(`${what}: ${(error as Error).message}`);
  if (error instanceof CliError && error.nextStep !== undefined) terminal.note(`  → ${error.nextStep}`);
}

function conclude(terminal: Terminal, awaited: readonly Awaited[], until: string): ExitCode {
  const fates = awaited.flatMap(({ consumers }) => consumers);
  const dead = fates.filter(({ outcome }) => outcome === 'dead-lettered').length;
  const open = fates.filter(isOpen).length;
  if (dead > 0) terminal.note(`✖ ${plural(dead, 'dead letter')} (sluice dead list)`);
  if (open > 0) {
    terminal.note(
      `… ${plural(open, 'outcome')} not known ${until}: sluice status KEY shows what becomes of it`,
    );
  }
  if (dead > 0) return EXIT.unhealthy;
  return open > 0 ? EXIT.partlyDone : EXIT.done;
}

const outcomeDocument = ({ key, consumers }: Awaited) => ({
  key,
  consumers: consumers.map(({ consumer, outcome, note }) => ({
    consumer,
    outcome,
    ...(note !== undefined && { note }),
  })),
});

/** The object as a rule sees it; standard input has no size before it is read. */
const routed = (object: UploadItem | UploadedObject) => ({ ...object, size: object.sizeBytes ?? 0 });

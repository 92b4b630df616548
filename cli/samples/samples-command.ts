import type { Command } from 'commander';
import { nearestWord } from '../../shared/nearest-word.ts';
import { sampleEvent, type SampleFacts } from '../../shared/object-event/sample-event.ts';
import { SAMPLE_KINDS, type SampleKind } from '../../shared/object-event/sample-kinds.ts';
import { sqsBatch } from '../../shared/object-event/sample-sqs-batch.ts';
import { terminalJson } from '../../shared/terminal-text.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { currentObjects } from '../objects/current-objects.ts';
import { keyOf } from '../objects/object-location.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { collect, withTarget, type CommonFlags, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { samplesDocument } from './samples-document.ts';

interface SamplesFlags extends CommonFlags {
  readonly kind?: readonly string[];
  readonly bucket?: string;
  readonly sqs?: boolean;
}

const KINDS = Object.keys(SAMPLE_KINDS) as readonly SampleKind[];

const HELP = `
Kinds:
${KINDS.map((kind) => `  ${kind.padEnd(21)} ${SAMPLE_KINDS[kind]}`).join('\n')}

The events are of the bucket of the pipeline that runs, and of the object as it is there; with --bucket, or where none runs, of a
made-up one. Nothing is sent. One kind is printed to be read; several a line each in a pipe.

  sluice samples csv/a.csv --kind put
  sluice samples csv/a.csv --kind put --kind marker | sluice explain -
  sluice samples csv/a.csv --kind sqs > batch.json
  aws lambda invoke --function-name NAME --payload fileb://batch.json answer.json
  sluice samples --kind put --kind backfill --sqs       both in one batch`;

export function defineSamples(command: Command, session: Session): void {
  command
    .argument('[key]', 'of the object; s3://BUCKET/ may be left out', 'csv/a b.csv')
    .option('--kind <kind>', 'only this kind; may be repeated', collect)
    .option('--sqs', 'in a batch of SQS messages, as a consumer’s function gets them')
    .option('--bucket <name>', 'of this bucket; no pipeline is asked')
    .addHelpText('after', HELP);
  withTarget(command).action(async (key: string, flags: SamplesFlags) => {
    const kinds = (flags.kind ?? KINDS).map(kindNamed);
    if (flags.sqs === true) refuseInQueue(kinds, flags.kind !== undefined);
    await withFacts(session, key, flags, (facts, terminal) => print(terminal, kinds, facts, flags));
  });
}

function kindNamed(name: string): SampleKind {
  const kind = KINDS.find((one) => one === name);
  if (kind !== undefined) return kind;
  const meant = nearestWord(name, KINDS);
  throw usageError(
    `--kind ${JSON.stringify(name)} is no kind of event`,
    meant === undefined ? `one of ${KINDS.join(', ')}` : `did you mean ${meant}?`,
  );
}

/** @throws CliError, usage, on a batch that was asked for inside a batch */
function refuseInQueue(kinds: readonly SampleKind[], wereAsked: boolean): void {
  if (wereAsked && kinds.includes('sqs')) {
    throw usageError(
      '--kind sqs is a batch already',
      'leave --sqs out, or name what is to be in the batch: --kind put --sqs',
    );
  }
}

/** Gives what the samples say of the object: by the pipeline, by --bucket, or made up. */
async function withFacts(
  session: Session,
  key: string,
  flags: SamplesFlags,
  work: (facts: Facts, terminal: Terminal) => void,
): Promise<void> {
  if (flags.bucket !== undefined) {
    work({ ...momentFacts(new Date()), bucket: flags.bucket, key }, session.terminal(flags));
    return;
  }
  try {
    await session.run(flags, async ({ pipeline, terminal }) => {
      work(await factsOfObject(pipeline, keyOf(key, pipeline)), terminal);
      return EXIT.done;
    });
  } catch (error) {
    const nothingRuns = error instanceof CliError && error.exitCode === EXIT.notReachable;
    if (!nothingRuns || flags.target !== 'local' || flags.dataDir !== undefined) throw error;
    const terminal = session.terminal(flags);
    terminal.note(
      'no pipeline runs here: the bucket is made up, and so is the object; --bucket names another one',
    );
    work({ ...momentFacts(new Date()), bucket: MADE_UP_BUCKET, key }, terminal);
  }
}

type Facts = SampleFacts & { readonly bucket: string; readonly key: string };

const MADE_UP_BUCKET = 'sluice-ingest';

/** Later than what was before: an older sequencer would be superseded. */
function momentFacts(now: Date): SampleFacts {
  const sequencer = ((BigInt(now.getTime()) << 32n) / 1_000n).toString(16).toUpperCase();
  return { time: now.toISOString(), sequencer: sequencer.padStart(18, '0') };
}

async function factsOfObject(pipeline: Pipeline, key: string): Promise<Facts> {
  const { ingestBucket: bucket, deployment } = pipeline;
  const { account, region } = deployment;
  const facts = { ...momentFacts(await pipeline.now()), bucket, key, account, region };
  for await (const object of currentObjects(pipeline, { prefix: key })) {
    if (object.key !== key || object.isDeleteMarker) break;
    const { size = 0, etag = '', versionId } = object;
    return { ...facts, size, etag, versionId: versionId === 'null' ? null : versionId };
  }
  return facts;
}

function print(
  terminal: Terminal,
  kinds: readonly SampleKind[],
  facts: Facts,
  { sqs = false }: SamplesFlags,
): void {
  const each = kinds.map((kind) => ({ kind, what: SAMPLE_KINDS[kind], event: sampleEvent(kind, facts) }));
  const samples = sqs ? [inBatch(each, facts)] : each;
  if (terminal.isJson) {
    const { bucket, key } = facts;
    terminal.document<DocumentOf<typeof samplesDocument>>({ verb: 'samples', bucket, key, samples });
    return;
  }
  const isRead = samples.length === 1 || terminal.isTable;
  for (const { kind, what, event } of samples) {
    if (samples.length > 1 && isRead) terminal.note(`${kind}: ${what}`);
    const lines = JSON.stringify(event, null, isRead ? 2 : undefined).split('\n');
    terminal.line(lines.map(terminalJson).join('\n'));
  }
}

interface Sample {
  readonly kind: SampleKind;
  readonly what: string;
  readonly event: Record<string, unknown>;
}

/** All that are no batch themselves, in one. */
function inBatch(samples: readonly Sample[], facts: Facts): Sample {
  const inside = samples.filter(({ kind }) => kind !== 'sqs');
  const what = `in a batch of SQS messages: ${inside.map(({ kind }) => kind).join(', ')}`;
  return {
    kind: 'sqs',
    what,
    event: sqsBatch(
      inside.map(({ event }) => event),
      facts,
    ),
  };
}

import type { NewestObject } from '../../shared/control-objects.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { ledgerOf, RecentLedger, type Ledger } from '../pipeline/recent-ledger.ts';
import type { Scope } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { parseMoment } from '../terminal/time.ts';
import { plural } from '../terminal/units.ts';
import type { lsNewestDocument } from './ls-newest-document.ts';
import { isPlaceInLedger, newestInLedger } from './newest-in-ledger.ts';
import { newestObjects } from './newest-objects.ts';

type Looked = Pick<DocumentOf<typeof lsNewestDocument>, 'ledger'>;

/** Where the order of changes comes from. */
export interface NewestSource {
  readonly from: DocumentOf<typeof lsNewestDocument>['from'];
  /** What changed last first; to be read once. */
  readonly objects: AsyncIterable<NewestObject>;
  /** What was looked at for the objects that have come so far, for the document and in words. */
  readonly looked: () => Looked;
  readonly notes: () => readonly string[];
}

export interface NewestQuestion {
  readonly prefix: string;
  /** How many are wanted. */
  readonly limit: number;
  /** As they were typed. */
  readonly after?: string | undefined;
  readonly since?: string | undefined;
}

const DAY_MS = 86_400_000;

/** On this machine the runtime; in AWS the ledger. @throws CliError where neither is, and for a place or a time that is none */
export async function newestSource(
  { pipeline, signal }: Pick<Scope, 'pipeline' | 'signal'>,
  question: NewestQuestion,
): Promise<NewestSource> {
  const { after } = question;
  const { control } = pipeline;
  const ledger = control === undefined ? ledgerOf(pipeline) : undefined;
  if (control === undefined && ledger === undefined) throw nobodyKnows(question);
  const isPlace = control === undefined ? isPlaceInLedger : isSequencer;
  if (after !== undefined && !isPlace(after)) {
    throw usageError(
      `--after ${JSON.stringify(after)} is no place in a list of the newest`,
      'give it the `next` of the document that ls --newest --json printed last',
    );
  }
  if (control !== undefined && question.since === undefined) {
    return ofRuntime(pipeline, control, { ...question, since: undefined });
  }
  const now = await pipeline.now();
  const since = question.since === undefined ? undefined : parseMoment(question.since, '--since', now);
  return control === undefined
    ? ofLedger(
        pipeline,
        ledger!,
        { ...question, since: since ?? new Date(now.getTime() - DAY_MS), now },
        signal,
      )
    : ofRuntime(pipeline, control, { ...question, since });
}

const isSequencer = (text: string): boolean => /^[0-9a-f]{1,32}$/.test(text);

interface Of extends Omit<NewestQuestion, 'since'> {
  readonly since: Date | undefined;
}

function ofRuntime(
  { ingestBucket: bucket }: Pipeline,
  control: LocalControl,
  { since, ...asked }: Of,
): NewestSource {
  const objects = newestObjects(control, { bucket, ...asked });
  return {
    from: 'runtime',
    objects: since === undefined ? objects : until(objects, since),
    looked: () => ({}),
    notes: () => [],
  };
}

/** Those up to the first that changed before that time. */
async function* until(objects: AsyncIterable<NewestObject>, since: Date): AsyncGenerator<NewestObject> {
  for await (const object of objects) {
    if (Date.parse(object.lastModified) < since.getTime()) return;
    yield object;
  }
}

function ofLedger(
  pipeline: Pipeline,
  ledger: Ledger,
  { prefix, after, since, now }: Of & { readonly since: Date; readonly now: Date },
  signal: AbortSignal,
): NewestSource {
  const recent = new RecentLedger(pipeline, ledger, { since, until: now, signal });
  const { name: consumer } = ledger.consumer;
  return {
    from: 'ledger',
    objects: newestInLedger(recent.lines(), { bucket: pipeline.ingestBucket, prefix, after }),
    looked: () => {
      const { objects, bytes, isComplete, completeSince, unreadable } = recent.looked;
      return {
        ledger: {
          consumer,
          since: since.toISOString(),
          until: now.toISOString(),
          objects,
          bytes,
          isComplete,
          ...(!isComplete && { completeSince }),
          ...(unreadable > 0 && { unreadable }),
        },
      };
    },
    notes: () => {
      const { objects, isComplete, completeSince, unreadable, firstUnreadable } = recent.looked;
      return [
        `S3 lists by key alone: these are changes since ${since.toISOString()} that ${consumer} has kept; what its rule does not let through is missing, and so may be the last minute or two`,
        ...(isComplete
          ? []
          : [
              `after ${plural(objects, 'object')} of the ledger no more were read: before ${completeSince} changes are missing`,
            ]),
        ...(unreadable > 0
          ? [`${plural(unreadable, 'line')} cannot be read, ${firstUnreadable} the first`]
          : []),
      ];
    },
  };
}

function nobodyKnows({ prefix }: NewestQuestion): CliError {
  return new CliError(
    'S3 lists objects by their keys alone, not by their time, and no consumer here keeps lines that would tell the last changes',
    { nextStep: `list by key: sluice ls ${prefix === '' ? 'PREFIX' : shellWord(prefix)}` },
  );
}

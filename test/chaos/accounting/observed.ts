import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { RuntimeStatus } from '../../../shared/control-api.ts';
import type { PipelineUnderTest } from '../../support/pipeline.ts';
import { Eavesdropper } from '../../support/eavesdropper.ts';
import type { Acknowledged, Poison } from '../work/acknowledged.ts';
import type { Contents } from '../work/contents.ts';
import { acceptedEvent, changeOf, type AcceptedEvent } from './accepted-event.ts';
import { CONSUMERS, type ConsumerName } from './fates.ts';

/** A row of a table, as far as the accounting goes. */
export interface Row {
  readonly key: string;
  readonly sequencer: string;
  readonly versionId: string;
  readonly timeMs: number;
  readonly deleted: boolean;
  readonly etag: string | undefined;
  readonly size: number | undefined;
  readonly status: string | undefined;
  readonly rowCount: number | undefined;
  /** All of it. */
  readonly text: string;
}

/** A dead letter, as far as the accounting goes. */
export interface SeenLetter {
  readonly consumer: ConsumerName;
  readonly body: string;
  /** Undefined when the function died. */
  readonly reason: string | undefined;
  /** What the function said of it. */
  readonly error?: string | undefined;
}

/** What there is when nothing is on its way, and what was done to the pipeline. */
export interface Observed {
  /** By change. */
  readonly accepted: ReadonlyMap<string, AcceptedEvent>;
  readonly rows: readonly Row[];
  readonly counts: readonly Row[];
  /** The identities that the lines have, by change: one each. */
  readonly ledger: ReadonlyMap<string, readonly string[]>;
  readonly letters: readonly SeenLetter[];
  readonly status: RuntimeStatus;
  readonly acknowledged: readonly Acknowledged[];
  readonly poisons: readonly Poison[];
  readonly contents: Contents;
}

const OUTPUTS: Readonly<Record<ConsumerName, string>> = {
  'metadata-writer': 'MetadataWriterDeadLetterQueueUrl',
  'csv-row-counter': 'CsvRowCounterDeadLetterQueueUrl',
  'ledger-exporter': 'LedgerExporterDeadLetterQueueUrl',
};

/** Looks at a pipeline again and again, also over its restarts: what was heard and read once is remembered. */
export class Observer {
  readonly accepted = new Map<string, AcceptedEvent>();
  readonly letters: SeenLetter[] = [];
  readonly #ledger = new Map<string, string[]>();
  readonly #readObjects = new Set<string>();

  /** Begins to hear what the bucket publishes. To be called before the first change. */
  async listen(pipeline: PipelineUnderTest): Promise<void> {
    await this.#eavesdropper(pipeline);
  }

  /** Takes letters and heard events out of their queues, and reads the rest. */
  async observe(
    pipeline: PipelineUnderTest,
  ): Promise<Omit<Observed, 'acknowledged' | 'contents' | 'poisons'>> {
    for (const body of await (await this.#eavesdropper(pipeline)).take()) {
      const event = acceptedEvent(body);
      this.accepted.set(changeOf(event), event);
    }
    for (const consumer of CONSUMERS) {
      for (const { Body = '', MessageAttributes } of await pipeline.letters(OUTPUTS[consumer])) {
        const said = (name: string) => MessageAttributes?.[name]?.StringValue;
        this.letters.push({ consumer, body: Body, reason: said('Reason'), error: said('ErrorMessage') });
      }
    }
    await this.#readLedger(pipeline);
    return {
      accepted: this.accepted,
      letters: this.letters,
      ledger: this.#ledger,
      status: await pipeline.status(),
      ...(await rowsIn(pipeline)),
    };
  }

  // the queue's URL is another after each start
  async #eavesdropper({ events, sqs, bucket }: PipelineUnderTest): Promise<Eavesdropper> {
    return await Eavesdropper.start(events, sqs, bucket, 'chaos-accepted');
  }

  /** What is new in it: there may be thousands of objects. */
  async #readLedger(pipeline: PipelineUnderTest): Promise<void> {
    const Bucket = pipeline.output('OutputBucketName');
    for await (const page of paginateListObjectsV2({ client: pipeline.s3 }, { Bucket, Prefix: 'ledger/' })) {
      for (const { Key = '' } of page.Contents ?? []) {
        if (this.#readObjects.has(Key)) continue;
        const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = (await Body?.transformToString()) ?? '';
        for (const line of text.split('\n').filter(Boolean)) this.#addLine(JSON.parse(line) as LedgerLine);
        this.#readObjects.add(Key);
      }
    }
  }

  #addLine({ object_key: key, version_id: versionId, sequencer, identity }: LedgerLine): void {
    const change = changeOf({ key, versionId, sequencer });
    const identities = this.#ledger.get(change);
    if (identities === undefined) this.#ledger.set(change, [identity]);
    else if (!identities.includes(identity)) identities.push(identity);
  }
}

interface LedgerLine {
  readonly object_key: string;
  readonly version_id: string;
  readonly sequencer: string;
  readonly identity: string;
}

/** Both tables as they are now. */
export async function rowsIn(pipeline: PipelineUnderTest): Promise<Pick<Observed, 'counts' | 'rows'>> {
  const [rows, counts] = await Promise.all([pipeline.metadataRows(), pipeline.counterRows()]);
  return {
    rows: rows.map((row) => rowOf(row, 'object_key')),
    counts: counts.map((row) => rowOf(row, 'file_key')),
  };
}

function rowOf(item: Readonly<Record<string, unknown>>, keyAttribute: string): Row {
  const { sequencer, version_id, event_time, deleted, etag, size, size_bytes, status, row_count } = item;
  return {
    key: String(item[keyAttribute]),
    sequencer: String(sequencer),
    versionId: String(version_id),
    timeMs: Date.parse(String(event_time)),
    deleted: deleted === true,
    etag: etag as string | undefined,
    size: (size ?? size_bytes) as number | undefined,
    status: status as string | undefined,
    rowCount: row_count as number | undefined,
    text: JSON.stringify(Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : 1))),
  };
}

import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { explainArchiveDocument } from '../../../cli/explain/explain-document.ts';
import { eventOfLine } from '../../../cli/explain/ledger-event.ts';
import { linesIn } from '../../../cli/pipeline/ledger-line.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { ledgerObjects } from '../../../functions/ledger-exporter/ledger.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { ACCOUNT, ARN, events, NOW, REGION, resetMocks, runAgainstAws } from '../../support/mocked-aws.ts';
import { ledgerHolds } from '../../support/mocked-ledger.ts';

const PATTERN = '{"source":["aws.s3"],"detail":{"object":{"key":[{"prefix":"csv/"}]}}}';

beforeEach(() => {
  resetMocks();
  events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
    Arn: ARN(`rule/${Name}`),
    State: 'ENABLED',
    EventPattern: PATTERN,
  }));
});
afterAll(() => {
  vi.useRealTimers();
});

const OWNER = { account: ACCOUNT, region: REGION, bucket: 'ingest' };
const sample = (kind: Parameters<typeof sampleEvent>[0], key: string, time = '2026-11-20T11:30:00Z') =>
  sampleEvent(kind, { bucket: 'ingest', key, account: ACCOUNT, region: REGION, time });

/** The ledger of the mocked bucket has what its exporter writes of these events. */
function exported(...bodies: readonly object[]) {
  const objects = ledgerObjects(
    bodies.flatMap((body) => parseObjectEvents(body)),
    { storeRequester: true },
  );
  ledgerHolds(
    Object.fromEntries(
      objects.map(({ key, body }) => [key, { at: NOW.toISOString(), lines: body.trimEnd().split('\n') }]),
    ),
  );
  return objects;
}

async function explain(...args: string[]) {
  const ran = await runAgainstAws('explain', ...args, '--json');
  return { ...ran, document: () => JSON.parse(ran.out) as DocumentOf<typeof explainArchiveDocument> };
}

describe('an event that is rebuilt from the ledger’s line of it', () => {
  test.each([
    'put',
    'copy',
    'multipart',
    'marker',
    'expired',
    'delete',
    'storage-class',
    'access-tier',
    'acl',
    'tags',
  ] as const)('of a %s says what the event of the bus said, but for what the line does not tell', (kind) => {
    const event = sample(kind, 'csv/a "ü" b.csv') as {
      detail: { object: { sequencer?: string }; 'event-version'?: string };
    };
    const [object] = ledgerObjects(parseObjectEvents(event), { storeRequester: true });
    const [line] = linesIn(object!.body, { object: object!.key, writtenMs: 0 }).lines;

    const rebuilt = eventOfLine(line!, OWNER);

    const { id: _, ...told } = event as Record<string, unknown>;
    const { 'event-version': __, ...detail } = event.detail;
    // as the ledger has it; events about access and tags have none
    const sequencer = event.detail.object.sequencer?.toLowerCase().padStart(32, '0');
    expect(rebuilt).toEqual({
      ...told,
      detail: {
        ...detail,
        object: { ...event.detail.object, ...(sequencer !== undefined && { sequencer }) },
      },
    });
  });

  test('of a backfill is none: no rule has seen it', () => {
    const [object] = ledgerObjects(parseObjectEvents(sample('backfill', 'a')));
    const [line] = linesIn(object!.body, { object: object!.key, writtenMs: 0 }).lines;

    expect(eventOfLine(line!, OWNER)).toBeUndefined();
  });
});

describe('explain --last in AWS', () => {
  test('tells the newest events of the ledger, oldest first, and says what they are', async () => {
    exported(
      sample('put', 'csv/a.csv', '2026-11-20T10:00:00Z'),
      sample('put', 'images/b.png', '2026-11-20T11:00:00Z'),
      sample('put', 'csv/c.csv', '2026-11-20T11:00:01Z'),
      sample('backfill', 'csv/d.csv'),
    );

    const { exitCode, document } = await explain('--last', '2', '--pattern', PATTERN);

    const { from, note, ledger, looked, matched, events: told } = document();
    expect(exitCode).toBe(0);
    expect({ from, looked, matched }).toEqual({ from: 'ledger', looked: 2, matched: { 'the pattern': 1 } });
    expect(told.map(({ key, consumers }) => [key, consumers[0]?.verdict])).toEqual([
      ['images/b.png', 'not-matched'],
      ['csv/c.csv', 'wanted'],
    ]);
    expect(told[0]?.event).toMatchObject({ source: 'aws.s3', detail: { object: { key: 'images/b.png' } } });
    expect(note).toContain('events that ledger-exporter has kept, rebuilt from its lines: they have no id');
    expect(ledger).toMatchObject({ since: '2026-11-19T12:00:00.000Z', isComplete: true });
  });

  test('looks as far back as --since says, and has nothing where the ledger has nothing', async () => {
    exported(sample('put', 'csv/a.csv', '2026-11-18T10:00:00Z'));

    const dayBack = await explain('--last', '5');
    const further = await explain('--since', '3d');

    expect([dayBack.exitCode, dayBack.document().looked]).toEqual([3, 0]);
    expect([further.exitCode, further.document().looked]).toEqual([0, 1]);
  });
});

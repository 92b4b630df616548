import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CancelReplayCommand,
  DescribeReplayCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sluice as sluiceOn } from '../../cli/command-line.ts';
import { DOCUMENTS } from '../../cli/schema/documents.ts';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { fakeStreams } from '../support/fake-streams.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { runInside, sluiceInside } from '../support/sluice-inside.ts';
import { startSluice } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)) && /T.*Z$/.test(text));

const SCHEMAS = new Map(DOCUMENTS.map((schema) => [schema.properties.verb.const as string, schema]));

/** Verbs whose document was seen to be as its schema says. */
const seen = new Set<string>();

/** How the document is not as the verb's schema says; nothing when it is. */
function mistakesIn(text: string, verb: string): unknown[] {
  const document: unknown = JSON.parse(text);
  const isValid = ajv.compile(SCHEMAS.get(verb)!);
  seen.add(verb);
  return isValid(document) ? [] : [isValid.errors, document];
}

let pipeline: PipelineUnderTest;
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder('files');
  writeFileSync(join(folder, 'orders.csv'), 'a,b\n1,2\n');
  pipeline = await PipelineUnderTest.start();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

const run = (...args: string[]) => sluiceInside(pipeline, ...args, '--json');

describe('the document of', () => {
  test.each<[verb: string, args: string[], exitCode?: number]>([
    ['put', ['put', '--dry-run', '.', 'csv/']],
    ['put', ['put', 'orders.csv', 'csv/']],
    ['put', ['put', 'orders.csv', 'photos/']],
    ['put', ['put', 'orders.csv', 'csv/waited/', '--wait']],
    ['env', ['env']],
    ['explain', ['explain', 'csv/orders.csv']],
    ['explain', ['explain', 'csv/none.txt', '--consumer', 'csv-row-counter', '--deleted'], 3],
    ['explain archive', ['explain', '--last', '5']],
    [
      'test-pattern',
      ['test-pattern', '{"source":["aws.s3"]}', '--events', '{"detail-type":"x","source":"aws.s3"}'],
    ],
    ['samples', ['samples', 'csv/orders.csv', '--kind', 'put', '--kind', 'backfill']],
    ['ls', ['ls']],
    ['ls', ['ls', 'nothing/'], 3],
    ['ls', ['ls', '--limit', '1', '--after', 'a']],
    ['ls', ['ls', '--outcomes']],
    ['ls newest', ['ls', '--newest', '--limit', '1', '--outcomes']],
    ['ls newest', ['ls', 'nothing/', '--newest'], 3],
    ['get', ['get', 'photos/orders.csv', 'got.csv']],
    ['rm', ['rm', 'photos/orders.csv', 'photos/orders.csv', '--yes']],
    ['status', ['status']],
    ['flow', ['flow']],
    ['metrics', ['metrics', '--window', '5m']],
    ['pause', ['pause', 'csv-row-counter', '--dry-run']],
    ['pause', ['pause', 'csv-row-counter', '--yes']],
    ['status', ['status']],
    ['resume', ['resume', 'csv-row-counter', '--yes']],
    ['status object', ['status', 'csv/orders.csv']],
    ['status object', ['status', 'photos/orders.csv']],
    ['status prefix', ['status', 'csv/']],
    ['status prefix', ['status', '--prefix', 'nothing'], 3],
    ['dead list', ['dead', 'list']],
    ['redrive', ['redrive', '--dry-run']],
    ['redrive', ['redrive', '--yes', '--limit', '1']],
    ['replay', ['replay', '--since', '1h', '--dry-run']],
    ['replay', ['replay', '--since', '1h', '--yes', '--name', 'one']],
    ['replay list', ['replay', 'list']],
    ['replay show', ['replay', 'show', 'one']],
    ['archive', ['archive', '--periods', '10']],
    ['archive', ['archive', '--since', '2020-01-01', '--until', '2020-01-02'], 3],
    ['backfill', ['backfill', '--dry-run']],
    ['backfill', ['backfill', '--yes']],
    ['backfill', ['backfill', '--yes', '--key', 'csv/orders.csv']],
    ['verify', ['verify', '--grace', '0s']],
    ['logs', ['logs']],
    ['logs', ['logs', '--filter', '{ $.key = "nothing" }'], 3],
    ['doctor', ['doctor']],
    ['connect-bucket', ['connect-bucket', '--dry-run']],
    ['connect-bucket', ['connect-bucket', '--yes']],
    ['empty', ['empty', '--dry-run']],
  ])('%s is as its schema says: %j', async (verb, args, exitCode = 0) => {
    if (verb === 'dead list') await makeLetters();
    await pipeline.drain();

    const ran = await run(
      ...args.map((arg) => (/^(\.|orders\.csv|got\.csv)$/.test(arg) ? join(folder, arg) : arg)),
    );

    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toMatchObject({ exitCode });
    expect(mistakesIn(ran.stdout, verb)).toEqual([]);
  });

  test('cost needs no pipeline', async () => {
    const { stdout } = await runInside('cost', '--assembly', ASSEMBLY_DIR, '--json');

    expect(mistakesIn(stdout, 'cost')).toEqual([]);
  });

  test('capacity needs no pipeline', async () => {
    const asked = ['--uploads-per-second', '100', '--assembly', ASSEMBLY_DIR, '--json'];
    const { stdout } = await runInside('capacity', ...asked);

    expect(mistakesIn(stdout, 'capacity')).toEqual([]);
  });

  test('routes needs no pipeline', async () => {
    const { stdout } = await runInside(
      'routes',
      'csv/a.csv',
      'csv/b.txt',
      '--assembly',
      ASSEMBLY_DIR,
      '--json',
    );

    expect(mistakesIn(stdout, 'routes')).toEqual([]);
    expect(stdout).toContain('"why":"not named as a CSV"');
  });

  test('doctor is whole too when nothing runs', async () => {
    const ran = await runInside('doctor', '--json', '--data-dir', temporaryFolder('nobody'));

    expect(ran.exitCode).toBe(6);
    expect(mistakesIn(ran.stdout, 'doctor')).toEqual([]);
  });

  test('verify tells each finding, and what it sends to mend it', async () => {
    const Name = pipeline.output('MetadataWriterRuleName');
    await pipeline.events.send(new DisableRuleCommand({ Name }));
    await run('put', join(folder, 'orders.csv'), 'photos/');
    // until it is, the bus may not have matched the event yet
    await pipeline.drain();
    await pipeline.events.send(new EnableRuleCommand({ Name }));

    const found = await run('verify', '--grace', '0s');
    const mended = await run('verify', '--grace', '0s', '--repair', '--yes');

    expect([found.exitCode, mended.exitCode]).toEqual([5, 0]);
    for (const { stdout } of [found, mended]) expect(mistakesIn(stdout, 'verify')).toEqual([]);
  });

  test('a file that was not counted is in the list of its status, the status of its prefix and its own', async () => {
    writeFileSync(join(folder, 'unclosed.csv'), 'a,b\n1,"2\n');
    const nothing = await run('ls', '--status', 'not-csv');
    await run('put', join(folder, 'unclosed.csv'), 'csv/unclosed/');
    await pipeline.drain();
    const listed = await run('ls', 'csv/unclosed/', '--status', 'all');
    const prefix = await run('status', 'csv/unclosed/');
    const object = await run('status', 'csv/unclosed/unclosed.csv');

    expect([nothing.exitCode, listed.exitCode]).toEqual([3, 0]);
    expect(mistakesIn(nothing.stdout, 'ls status')).toEqual([]);
    expect(mistakesIn(listed.stdout, 'ls status')).toEqual([]);
    expect(listed.json()).toMatchObject({ objects: [{ status: 'malformed-csv' }] });
    expect(mistakesIn(prefix.stdout, 'status prefix')).toEqual([]);
    expect(prefix.stdout).toContain('"byStatus":{"malformed-csv":1}');
    expect(mistakesIn(object.stdout, 'status object')).toEqual([]);
    expect(object.json()).toMatchObject({
      versions: [{ isLatest: true, isDeleteMarker: false }],
      events: [{ 'detail-type': 'Object Created', detail: { object: { key: 'csv/unclosed/unclosed.csv' } } }],
      consumers: ['metadata-writer', 'csv-row-counter', 'ledger-exporter'].map((consumer) => ({
        consumer,
        attempts: [{ sentAt: expect.stringMatching(/Z$/) as string }],
      })),
    });
  });

  test('the newest objects come from the ledger where nobody knows their order', async () => {
    await run('put', join(folder, 'orders.csv'), 'csv/newest/');
    await run('rm', 'csv/newest/orders.csv', '--yes');
    await pipeline.drain();
    const env = {
      AWS_ENDPOINT_URL: pipeline.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);

    const all = await newestInAws('--outcomes', 'csv/');
    const nothing = await newestInAws('nothing/');
    vi.unstubAllEnvs();
    const here = (await run('ls', '--newest', 'csv/')).json<{ objects: object[] }>();

    expect([all.exitCode, nothing.exitCode, all.stderr]).toEqual([0, 3, expect.any(String)]);
    for (const { stdout } of [all, nothing]) expect(mistakesIn(stdout, 'ls newest')).toEqual([]);
    expect(all.json()).toMatchObject({
      from: 'ledger',
      ledger: { consumer: 'ledger-exporter', isComplete: true },
    });
    expect(told(all.json())).toEqual(told(here));
  });

  test('what would have been sent to another bus is listed', async () => {
    await pipeline.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: 'arn:aws:events:eu-west-1:444455556666:event-bus/partner',
            Source: 'orders',
            DetailType: 'Order Placed',
            Detail: '{}',
          },
        ],
      }),
    );

    const listed = await run('status', '--would-send');

    expect(mistakesIn(listed.stdout, 'status would-send')).toEqual([]);
    expect([listed.exitCode, listed.stdout]).toEqual([0, expect.stringContaining('event-bus/partner')]);
  });

  test('logs --follow is a document a line, until Ctrl-C', async () => {
    const running = startSluice(['logs', '--follow', '--since', '1h', '--json'], { pipeline });
    await waitFor(() => running.stdout().includes('\n'), 'a line');
    running.child.kill('SIGINT');
    const { exitCode, stdout } = await running.ended;

    expect(exitCode).toBe(130);
    for (const line of stdout.trimEnd().split('\n')) expect(mistakesIn(line, 'logs line')).toEqual([]);
  });

  test('a letter is shown and purged', async () => {
    await pipeline.drain();
    const { letters } = (await run('dead', 'list')).json<{ letters: { messageId: string }[] }>();
    const [letter] = letters;

    expect(mistakesIn((await run('dead', 'show', letter?.messageId ?? '')).stdout, 'dead show')).toEqual([]);
    expect(
      mistakesIn((await run('dead', 'purge', '--count', String(letters.length))).stdout, 'dead purge'),
    ).toEqual([]);
  });

  test('a replay is cancelled', async () => {
    const events = mockClient(EventBridgeClient);
    const replay = { ReplayName: 'two', EventStartTime: new Date(0), EventEndTime: new Date(1_000) };
    events
      .on(DescribeReplayCommand)
      .resolvesOnce({ ...replay, State: 'RUNNING' })
      .resolves({ ...replay, State: 'CANCELLING' });
    events.on(CancelReplayCommand).resolves({});

    const { exitCode, stdout } = await run('replay', 'cancel', 'two', '--yes');
    events.restore();

    expect(exitCode).toBe(0);
    expect(mistakesIn(stdout, 'replay cancel')).toEqual([]);
  });

  test('console', async () => {
    const stop = new AbortController();
    const streams = fakeStreams();
    streams.stdout.on('data', () => stop.abort());

    await sluiceOn(
      ['console', '--port', '0', '--json', '--data-dir', pipeline.dataDir],
      streams,
      stop.signal,
    );

    expect(mistakesIn(streams.out(), 'console')).toEqual([]);
  });

  test('everything is emptied', async () => {
    const held = (await run('empty', '--dry-run')).json<{ buckets: Record<string, number>[] }>();
    const count = held.buckets.reduce(
      (sum, one) => sum + one['versions']! + one['deleteMarkers']! + one['uploads']!,
      0,
    );

    const emptied = await run('empty', '--count', String(count));

    expect(mistakesIn(emptied.stdout, 'empty')).toEqual([]);
    expect(emptied.exitCode).toBe(0);
    // each version deleted was an event, and came back as a line of the ledger
    const { buckets } = (await run('empty', '--dry-run')).json<{ buckets: Record<string, number>[] }>();
    expect(buckets.map(({ versions, deleteMarkers }) => versions! + deleteMarkers!)).toEqual([0, 0, 0]);
  });
});

test('every schema was held against a document', () => {
  expect([...seen].toSorted()).toEqual([...SCHEMAS.keys()].toSorted());
});

const newestInAws = (...args: string[]) => runInside('ls', '--newest', '--target', 'aws', '--json', ...args);

/** What is said of each object, whatever the order and the time, of which events have whole seconds. */
const told = ({ objects }: { objects: object[] }) =>
  objects
    .map((one) => one as Record<string, unknown>)
    .map(({ key, versionId, isDeleted, size, etag, consumers }) => ({
      key,
      versionId,
      isDeleted,
      size,
      etag,
      consumers,
    }))
    .toSorted((left, right) => (String(left.key) < String(right.key) ? -1 : 1));

async function makeLetters(): Promise<void> {
  for (const n of [1, 2, 3]) {
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('MetadataWriterQueueUrl'),
        MessageBody: `not json ${n}`,
      }),
    );
  }
}

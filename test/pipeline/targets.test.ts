import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consumers } from '../../infra/consumers.ts';
import { metadataWriter } from '../../infra/consumers/metadata-writer.ts';
import type { WouldSendPage } from '../../shared/control-api.ts';
import { assemblyOf } from '../support/assembly-of.ts';
import { ENCODER, OTHER_TARGETS, PARTNER_BUS } from '../support/other-targets.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { Screen } from '../support/screen.ts';
import { runInside, sluiceInside } from '../support/sluice-inside.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EVERYBODY = ['metadata-writer', 'ledger-exporter', 'jobs', 'partner', 'encoder'];
const LIMIT_MS = 240_000;

describe('a pipeline with consumers of all four kinds of target', () => {
  let pipeline: PipelineUnderTest;
  let assemblyDir: string;
  const folder = temporaryFolder('files');
  const run = (...args: string[]) => sluiceInside(pipeline, ...args);
  const visible = async () => {
    const { Attributes } = await pipeline.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: pipeline.output('JobsQueueUrl'),
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.['ApproximateNumberOfMessages']);
  };
  /** How many events each has been sent that does not run here. */
  const wouldSend = async () => {
    const { events } = (await run('status', '--would-send', '--json')).json<{
      events: { consumer: string; to: string; key: string }[];
    }>();
    const of = (name: string) => events.filter(({ consumer }) => consumer === name).length;
    return { partner: of('partner'), encoder: of('encoder') };
  };
  const lines = async () => (await pipeline.ledgerLines()).length;

  beforeAll(async () => {
    assemblyDir = assemblyOf('Default', [...consumers, ...OTHER_TARGETS]);
    pipeline = await PipelineUnderTest.start({ assemblyDir });
  }, LIMIT_MS);
  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  test('tells at put who gets it, waits for the functions alone, and says what became of it at each', async () => {
    writeFileSync(join(folder, 'a.txt'), 'hello');

    const ran = await run('put', join(folder, 'a.txt'), 'all/', '--wait', '--wait-limit', '100s', '--json');

    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      objects: [{ key: 'all/a.txt', consumers: EVERYBODY }],
      outcomes: [
        {
          key: 'all/a.txt',
          consumers: [
            { consumer: 'metadata-writer', outcome: 'recorded' },
            { consumer: 'ledger-exporter', outcome: 'recorded' },
            { consumer: 'jobs', outcome: 'queued' },
            { consumer: 'partner', outcome: 'would-send' },
            { consumer: 'encoder', outcome: 'would-send' },
          ],
        },
      ],
    });
  });

  test('lists who wants an object', async () => {
    const ran = await run('ls', 'all/', '--json');

    expect(ran.json()).toMatchObject({ objects: [{ key: 'all/a.txt', consumers: EVERYBODY }] });
  });

  test('is healthy while events wait for somebody else, and says who drains what', async () => {
    // ages are told in whole seconds
    await pipeline.advance(1_000);
    const asked = await run('status', '--check', '--json');
    const told = await run('status');

    expect(asked.exitCode).toBe(0);
    expect(asked.json()).toMatchObject({
      isHealthy: true,
      problems: [],
      consumers: [
        { name: 'metadata-writer', target: 'function', waiting: 0 },
        { name: 'csv-row-counter', target: 'function' },
        { name: 'ledger-exporter', target: 'function' },
        { name: 'jobs', target: 'queue', mapping: null, waiting: 1, failed: null },
        { name: 'partner', target: 'bus', waiting: null, deadLetters: null, ruleDeadLetters: 0 },
        { name: 'encoder', target: 'state-machine', waiting: null, ruleDeadLetters: 0 },
      ],
    });
    expect(JSON.stringify(asked.json())).toContain('somebody else drains the queue');
    expect(told.stdout).toMatch(/^jobs\ton, queue only\t1\t/m);
    expect(told.stdout).toMatch(/^partner\ton, to a bus\t/m);
    expect(told.stdout).toMatch(/^encoder\ton, to a state machine\t/m);
    expect(told.stderr).toContain('✔ nothing is wrong');
  });

  test('says of one object that it waits for who drains the queue, and what would have been sent', async () => {
    const ran = await run('status', 'all/a.txt', '--check', '--json');
    const told = await run('status', 'all/a.txt');

    const event = { source: 'aws.s3', detail: { object: { key: 'all/a.txt', size: 5 } } };
    expect(ran.exitCode).toBe(0);
    expect(ran.json<{ consumers: unknown[] }>().consumers.slice(3)).toMatchObject([
      { consumer: 'jobs', outcome: 'queued' },
      { consumer: 'partner', outcome: 'would-send', wouldSend: [{ to: PARTNER_BUS, event }] },
      { consumer: 'encoder', outcome: 'would-send', wouldSend: [{ to: ENCODER, event }] },
    ]);
    expect(told.stdout).toMatch(/jobs +queued  waits since \S+ for whoever drains its queue/);
    expect(told.stdout).toMatch(
      /partner +would-send  at \S+ to another event bus, .*which does not run here/,
    );
  });

  test('lists what would have been sent, by the runtime’s own call and by status', async () => {
    const response = await fetch(`${pipeline.endpoint}/_sluice/would-send?key=all/a.txt`);
    const { events } = (await response.json()) as WouldSendPage;

    expect(events.map(({ to, key }) => ({ to, key }))).toEqual(
      expect.arrayContaining([
        { to: PARTNER_BUS, key: 'all/a.txt' },
        { to: ENCODER, key: 'all/a.txt' },
      ]),
    );
    expect(events).toHaveLength(2);
    expect(await wouldSend()).toEqual({ partner: 1, encoder: 1 });
  });

  test('replays to the bus alone, and ends', async () => {
    const before = await lines();

    const ran = await run('replay', '--consumer', 'partner', '--since', '1h', '--yes', '--json');

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({ exitCode: 0 });
    expect(await wouldSend()).toEqual({ partner: 2, encoder: 1 });
    expect({ visible: await visible(), lines: await lines() }).toEqual({ visible: 1, lines: before });
  });

  test('replays to the queue alone, and does not wait for who drains it', async () => {
    const ran = await run('replay', '--consumer', 'jobs', '--since', '1h', '--yes');

    expect(ran).toMatchObject({ exitCode: 0 });
    expect({ visible: await visible(), ...(await wouldSend()) }).toEqual({
      visible: 2,
      partner: 2,
      encoder: 1,
    });
  });

  test('replays to all, and ends', async () => {
    const before = await lines();

    const ran = await run('replay', '--since', '1h', '--yes', '--patience', '100s');

    expect(ran).toMatchObject({ exitCode: 0 });
    expect({ visible: await visible(), lines: await lines(), ...(await wouldSend()) }).toEqual({
      visible: 3,
      lines: before + 1,
      partner: 3,
      encoder: 2,
    });
  });

  test('sends an object of before to the queue, and says of a bus that a backfill cannot reach it', async () => {
    const toQueue = await run('backfill', '--prefix', 'all/', '--consumer', 'jobs', '--yes', '--json');
    const toBus = await run('backfill', '--prefix', 'all/', '--consumer', 'partner', '--yes');
    const toAll = await run('backfill', '--prefix', 'all/', '--dry-run');

    expect(toQueue.exitCode).toBe(0);
    expect(await visible()).toBe(4);
    expect(toBus.exitCode).toBe(2);
    expect(toBus.stderr).toContain('a backfill cannot reach partner: it sends to another event bus');
    expect(toBus.stderr).toContain('sluice replay --since TIME --consumer partner');
    expect(toAll.exitCode).toBe(0);
    expect(toAll.stderr).toContain('a backfill cannot reach encoder: it sends to a state machine');
    expect(await wouldSend()).toEqual({ partner: 3, encoder: 2 });
  });

  test('has no dead letter of theirs, and has one shown where somebody else gives up', async () => {
    const none = await run('dead', 'list', '--json');
    const { Messages: [taken] = [] } = await pipeline.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: pipeline.output('JobsQueueUrl'), VisibilityTimeout: 0 }),
    );
    // received once more than the redrive policy allows, and never deleted
    for (let receives = 1; receives <= 14; receives++) {
      await pipeline.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: pipeline.output('JobsQueueUrl'),
          VisibilityTimeout: 0,
          MaxNumberOfMessages: 10,
        }),
      );
    }
    const some = await run('dead', 'list', '--json');

    expect(none.json()).toMatchObject({ groups: [] });
    expect(taken?.Body).toContain('all/a.txt');
    expect(some.json()).toMatchObject({
      groups: [{ consumer: 'jobs', kind: 'queue', reason: 'received-too-often', count: 1 }],
    });
  });

  test('is verified, and says of whom that proves nothing', async () => {
    const ran = await run('verify', '--grace', '0s');

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(
      '– jobs keeps nothing here, and sends to a queue that somebody else drains: what becomes of it there cannot be compared',
    );
    expect(ran.stderr).toContain('– partner keeps nothing here, and sends to another event bus');
    expect(ran.stderr).toContain('– encoder keeps nothing here, and sends to a state machine');
    expect(ran.stderr).toContain('✔ they agree');
  });

  test('costs what is sent to other buses and what a state machine does', async () => {
    const ran = await runInside('cost', '--assembly', assemblyDir, '--json');
    const { lines: priced } = ran.json<{ lines: { what: string; quantity: number }[] }>();
    const quantity = (what: string) => priced.find((line) => line.what === what)?.quantity;

    expect(quantity('sent to other buses')).toBeGreaterThan(0);
    expect(quantity('state transitions')).toBeGreaterThan(quantity('sent to other buses') ?? 0);
  });

  test('gives a shell the URL of the queue that somebody drains there', async () => {
    const ran = await run('env', '--json');

    const { set } = ran.json<{ set: Record<string, string> }>();
    expect(set['SLUICE_JOBS_QUEUE_URL']).toBe(pipeline.output('JobsQueueUrl'));
    expect(Object.keys(set).filter((name) => name.endsWith('QUEUE_URL'))).toEqual(['SLUICE_JOBS_QUEUE_URL']);
  });
});

describe('npm start, of a pipeline with an id and consumers without a function', () => {
  test(
    'names its bucket and its consumers without the id, and has a line of an object once its functions are done',
    async () => {
      const assemblyDir = assemblyOf('Uploads', [metadataWriter, ...OTHER_TARGETS]);
      await using screen = new Screen(['--assembly', assemblyDir]);
      const summary = await screen.summary();
      const file = join(temporaryFolder('files'), 'a.txt');
      writeFileSync(file, 'hello');

      const put = await screen.sluice('put', file, 'all/', '--wait', '--wait-limit', '100s');

      const bucket = screen.description().outputs['UploadsIngestBucketName'];
      expect(summary[1]).toBe(`  uploads go to  s3://${bucket}`);
      expect(put).toMatchObject({ exitCode: 0 });
      expect(await screen.line(/all\/a\.txt/)).toMatch(
        /^\d\d:\d\d:\d\d  all\/a\.txt  5 B   ✔ metadata   \d+(\.\d+)? (ms|s)$/,
      );
    },
    LIMIT_MS,
  );
});

import type { Event } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { assert, type Arbitrary, constantFrom, property, record, string, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineConnectBucket } from '../../../cli/connect/connect-command.ts';
import {
  destinationsIn,
  isOn,
  lacking,
  unknownElements,
  withEventBridge,
} from '../../../cli/connect/notifications.ts';
import { readNotifications } from '../../../cli/connect/bucket-notifications.ts';
import { EXIT } from '../../../cli/exit-code.ts';
import { Pipeline } from '../../../cli/pipeline/pipeline.ts';
import { Session, type CommonFlags, type Work } from '../../../cli/session.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { NotificationServer } from './notification-server.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const document = (inside: string) =>
  `<NotificationConfiguration xmlns="${NAMESPACE}">${inside}</NotificationConfiguration>`;
const ON = '<EventBridgeConfiguration></EventBridgeConfiguration>';
const THUMBNAILS = `<CloudFunctionConfiguration><Id>thumbnails</Id><CloudFunction>arn:aws:lambda:eu-west-1:111122223333:function:thumbs</CloudFunction><Event>s3:ObjectCreated:Put</Event><Event>s3:ObjectCreated:Post</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>images/ä &amp; ö/</Value></FilterRule><FilterRule><Name>suffix</Name><Value>.png</Value></FilterRule></S3Key></Filter></CloudFunctionConfiguration>`;
const QUEUE = `<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:eu-west-1:111122223333:gone</Queue><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>`;
const TOPIC = `<TopicConfiguration><Id>t</Id><Topic>arn:aws:sns:eu-west-1:111122223333:all</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration>`;

const OUTPUTS = {
  IngestBucketName: 'photos',
  OutputBucketName: 'output',
  EventArchiveName: 'archive',
  ExistingBucket: '{"versioned":true}',
  NoterRuleName: 'rule-noter',
  NoterRuleDeadLetterQueueUrl: 'https://sqs/111122223333/undelivered',
  NoterTarget: '{"kind":"bus","arn":"arn:aws:events:eu-west-1:111122223333:event-bus/partner"}',
  NoterKeeps: '"nothing"',
};

const pipelineAt = (server: NotificationServer, outputs: Readonly<Record<string, string>> = OUTPUTS) =>
  new Pipeline({
    deployment: { kind: 'aws', account: '111122223333', region: 'eu-west-1', stack: 'Photos' },
    outputs,
    client: {
      region: 'eu-west-1',
      endpoint: server.endpoint,
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
  });

/** A session whose pipeline is that of the server. */
class SessionAt extends Session {
  readonly #pipeline: Pipeline;

  constructor(pipeline: Pipeline, streams: ReturnType<typeof fakeStreams>) {
    super(streams, new AbortController().signal);
    this.#pipeline = pipeline;
  }

  override async run(flags: CommonFlags, work: Work): Promise<void> {
    const terminal = this.terminal(flags);
    this.exitCode = await work({ pipeline: this.#pipeline, terminal, signal: this.signal });
  }
}

async function run(server: NotificationServer, args: readonly string[], outputs = OUTPUTS) {
  const streams = fakeStreams();
  using pipeline = pipelineAt(server, outputs);
  const session = new SessionAt(pipeline, streams);
  const command = new Command('connect-bucket').exitOverride();
  defineConnectBucket(command, session);
  await command.parseAsync(args, { from: 'user' });
  const out = streams.out();
  return {
    exitCode: session.exitCode,
    err: streams.err(),
    json: out === '' ? undefined : (JSON.parse(out) as Record<string, unknown>),
  };
}

const now = async (server: NotificationServer) => {
  using pipeline = pipelineAt(server);
  return await readNotifications(pipeline);
};

describe('connect-bucket', () => {
  test('switches EventBridge on, and leaves every function, queue and topic as it was', async () => {
    await using server = await NotificationServer.start(document(THUMBNAILS + QUEUE + TOPIC));
    const before = await now(server);

    const { exitCode, json, err } = await run(server, ['--yes', '--json']);

    const after = await now(server);
    expect(exitCode).toBe(EXIT.done);
    expect(isOn(after)).toBe(true);
    expect({ ...after, EventBridgeConfiguration: undefined }).toEqual({
      ...before,
      EventBridgeConfiguration: undefined,
    });
    expect(server.puts).toHaveLength(1);
    expect(json).toMatchObject({
      isConnected: true,
      isChanged: true,
      before: { eventBridge: false },
      after: {
        eventBridge: true,
        destinations: [
          { kind: 'function', id: 'thumbnails', filter: ['prefix images/ä & ö/', 'suffix .png'] },
          { kind: 'queue' },
          { kind: 'topic' },
        ],
      },
      lost: [],
      added: [],
    });
    expect(err).toContain(
      'photos, before: EventBridge off\nphotos, after:  EventBridge on\nas it is stays:\n  function arn:',
    );
  });

  test('of a bucket that sends its events already writes nothing', async () => {
    await using server = await NotificationServer.start(document(ON + TOPIC));

    const { exitCode, err, json } = await run(server, ['--yes', '--json']);

    expect({ exitCode, puts: server.puts }).toEqual({ exitCode: EXIT.done, puts: [] });
    expect(err).toContain('EventBridge is on already');
    expect(json).toMatchObject({ isChanged: false });
  });

  test('shows with --dry-run what it would be, and writes nothing', async () => {
    await using server = await NotificationServer.start(document(''));

    const { json } = await run(server, ['--dry-run', '--json']);

    expect(server.puts).toEqual([]);
    expect(json).toMatchObject({ dryRun: true, isChanged: false, after: { eventBridge: true } });
  });

  test('and the way back leave the bucket as it was', async () => {
    await using server = await NotificationServer.start(document(THUMBNAILS + QUEUE));
    const before = await now(server);

    await run(server, ['--yes']);
    const { exitCode } = await run(server, ['--disconnect', '--yes']);

    expect(exitCode).toBe(EXIT.done);
    expect(await now(server)).toEqual(before);
  });

  test('does not disconnect a bucket that is the stack’s own', async () => {
    await using server = await NotificationServer.start(document(ON));
    const { ExistingBucket: _, ...own } = OUTPUTS;

    await expect(run(server, ['--disconnect', '--yes'], own as typeof OUTPUTS)).rejects.toThrow(
      'photos is the stack’s own: its template switches EventBridge on',
    );
  });

  test('asks nobody where there is no terminal', async () => {
    await using server = await NotificationServer.start(document(''));

    await expect(run(server, [])).rejects.toThrow('there is no terminal to ask on');
    expect(server.puts).toEqual([]);
  });

  test('refuses what it would take away, since nobody here knows it', async () => {
    await using server = await NotificationServer.start(
      document('<StreamConfiguration><Id>new</Id></StreamConfiguration>'),
    );

    await expect(run(server, ['--yes'])).rejects.toThrow(
      'the notifications of photos hold StreamConfiguration',
    );
    expect(server.puts).toEqual([]);
  });

  test('names the permission that it lacks', async () => {
    await using server = await NotificationServer.start(document(''));
    server.denied = true;

    await expect(run(server, ['--yes'])).rejects.toThrow('It takes s3:PutBucketNotification on photos');
  });

  test('refuses a bucket of another Region, of which the rules hear nothing', async () => {
    await using server = await NotificationServer.start(document(''));
    server.region = 'eu-central-1';

    await expect(run(server, ['--yes'])).rejects.toThrow(
      'photos is in eu-central-1, and the stack in eu-west-1',
    );
  });

  test('refuses a bucket of another account', async () => {
    await using server = await NotificationServer.start(document(''));
    server.owner = '444455556666';

    await expect(run(server, ['--yes'])).rejects.toThrow('as a bucket of account 111122223333');
  });
});

describe('another writer', () => {
  test('before the write is noticed: nothing is written over what it has put', async () => {
    await using server = await NotificationServer.start(document(''));
    server.meanwhile.push({ after: 'GET', xml: document(QUEUE) });

    await expect(run(server, ['--yes'])).rejects.toThrow(
      'somebody else has changed the notifications of photos since they were shown: with queue arn:aws:sqs',
    );
    expect(server.puts).toEqual([]);
  });

  test('after the write keeps what it has put, and EventBridge is switched on again beside it', async () => {
    await using server = await NotificationServer.start(document(TOPIC));
    server.meanwhile.push({ after: 'PUT', xml: document(TOPIC + THUMBNAILS) });

    const { exitCode, json, err } = await run(server, ['--yes', '--json']);

    const after = await now(server);
    expect(exitCode).toBe(EXIT.done);
    expect([isOn(after), destinationsIn(after).map(({ kind }) => kind)]).toEqual([
      true,
      ['function', 'topic'],
    ]);
    expect(json).toMatchObject({ added: [expect.stringContaining('function:thumbs')], lost: [] });
    expect(err).toContain('somebody else put in meanwhile, and it is kept: function');
  });

  test('that takes something out is told of, by name', async () => {
    await using server = await NotificationServer.start(document(TOPIC + QUEUE));
    server.meanwhile.push({ after: 'PUT', xml: document(ON + TOPIC) });

    const { exitCode, json, err } = await run(server, ['--yes', '--json']);

    expect(exitCode).toBe(EXIT.partlyDone);
    expect(json).toMatchObject({ lost: [expect.stringContaining('queue arn:aws:sqs')] });
    expect(err).toContain('✖ somebody else took out meanwhile: queue arn:aws:sqs');
  });

  test('that is quicker each time ends it, with what the bucket has now', async () => {
    await using server = await NotificationServer.start(document(TOPIC));
    for (let n = 0; n < 3; n++) server.meanwhile.push({ after: 'PUT', xml: document(TOPIC) });

    await expect(run(server, ['--yes'])).rejects.toMatchObject({
      message: expect.stringContaining('EventBridge is off again on photos') as string,
      exitCode: EXIT.partlyDone,
    });
    expect(server.puts).toHaveLength(3);
  });
});

describe('a notification configuration', () => {
  const events: Arbitrary<Event[]> = uniqueArray(
    constantFrom<Event[]>('s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'),
    {
      minLength: 1,
    },
  );
  const configurations = uniqueArray(
    record({
      Id: string({ minLength: 1 }),
      QueueArn: string({ minLength: 1 }),
      Events: events,
    }),
    { selector: ({ Id }) => Id },
  );

  test('with EventBridge on lacks nothing that was there, and off again is what it was', () => {
    assert(
      property(configurations, (QueueConfigurations) => {
        const before = { QueueConfigurations };
        const on = withEventBridge(before, true);

        expect(isOn(on)).toBe(true);
        expect([lacking(before, on), lacking(on, before)]).toEqual([[], []]);
        expect(withEventBridge(on, false)).toEqual(before);
      }),
    );
  });

  test('is known by its elements, whatever S3 writes in their texts', () => {
    expect(unknownElements(document(THUMBNAILS + QUEUE + TOPIC + ON))).toEqual([]);
    expect(unknownElements(document('<Id>a &lt;b&gt;</Id><NewThing/>'))).toEqual(['NewThing']);
  });
});

import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { explainArchive } from '../../../cli/explain/explain-archive.ts';
import { judgesOf, patternJudge } from '../../../cli/explain/judge.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { ACCOUNT, ARN, events, resetMocks, runAgainstAws, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';
import { scopeOf } from '../../support/scope.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PINS = { source: ['aws.s3'], account: [ACCOUNT] };
const CURRENT = [
  { 'deletion-type': [{ exists: false }] },
  { 'deletion-type': ['Delete Marker Created'] },
  { object: { 'version-id': [{ exists: false }] } },
];
const bucket = { name: ['ingest'] };
const TYPES = ['Object Created', 'Object Deleted'];
const PATTERNS: Readonly<Record<string, object>> = {
  'rule-metadata-writer': {
    ...PINS,
    'detail-type': TYPES,
    detail: { object: { key: [{ 'anything-but': { suffix: '/' } }] }, $or: CURRENT, bucket },
  },
  'rule-csv-row-counter': {
    ...PINS,
    'detail-type': TYPES,
    detail: { object: { key: [{ prefix: 'csv/' }] }, $or: CURRENT, bucket },
  },
  'rule-ledger-exporter': {
    ...PINS,
    detail: { object: { key: [{ 'anything-but': { suffix: '/' } }] }, bucket },
  },
};

const explain = async (...args: string[]) => {
  const { exitCode, out: stdout, err: stderr } = await runAgainstAws('explain', ...args);
  return { exitCode, stdout, stderr, lines: stripVTControlCharacters(stdout).split('\n') };
};

describe('sluice explain of a key that is not there', () => {
  test('says so, and shows each clause of each rule with what was found and wanted', async () => {
    const { exitCode, lines } = await explain('uploads/report.csv');

    expect(exitCode).toBe(0);
    expect(lines).toEqual(
      [
        'Object Created  PutObject  uploads/report.csv',
        'there is no such object: as its put would be, without size, etag and version',
        '✔ metadata-writer  wanted',
        '  ✔ source              "aws.s3"',
        '  ✔ account             "111122223333"',
        '  ✔ detail-type         "Object Created"',
        '  ✔ detail.object.key   "uploads/report.csv"  by anything but suffix "/"',
        '  ✔ detail.$or  2 of 3 alternatives hold, one must',
        '    ✔ alternative 1',
        '      ✔ detail.deletion-type  absent',
        '    ✖ alternative 2',
        '      ✖ detail.deletion-type  absent  wanted "Delete Marker Created"',
        '    ✔ alternative 3',
        '      ✔ detail.object.version-id  absent',
        '  ✔ detail.bucket.name  "ingest"',
        '✖ csv-row-counter  not matched',
        '  ✔ source              "aws.s3"',
        '  ✔ account             "111122223333"',
        '  ✔ detail-type         "Object Created"',
        '  ✖ detail.object.key   "uploads/report.csv"  wanted prefix "csv/"',
      ].concat(lines.slice(20)),
    );
    expect(lines).toContain('✔ ledger-exporter  wanted');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('ends with 3 when the consumer that was asked does not want it', async () => {
    const { exitCode, lines } = await explain('uploads/a.csv', '--consumer', 'csv-row-counter');

    expect(exitCode).toBe(3);
    expect(lines.filter((line) => line.startsWith('✖'))).toEqual(['✖ csv-row-counter  not matched']);
  });

  test('says why a consumer that matches it keeps nothing', async () => {
    const { exitCode, lines } = await explain('csv/readme.txt', '--consumer', 'csv-row-counter');

    expect(exitCode).toBe(3);
    expect(lines).toContain('– csv-row-counter  skipped: under csv/, but not named as a CSV');
  });

  test('explains a delete, and a reason of its own', async () => {
    const { stdout } = await explain('csv/a.csv', '--deleted', '--reason', 'Lifecycle Expiration', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      events: [
        {
          isThere: false,
          event: {
            'detail-type': 'Object Deleted',
            detail: { reason: 'Lifecycle Expiration', 'deletion-type': 'Delete Marker Created' },
          },
          consumers: [{ verdict: 'wanted' }, { verdict: 'wanted' }, { verdict: 'wanted' }],
        },
      ],
    });
  });
});

describe('sluice explain', () => {
  test('takes size, etag and version of an object that is there', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        {
          Key: 'csv/a.csv',
          VersionId: 'v2',
          IsLatest: true,
          Size: 9,
          ETag: '"abc"',
          LastModified: new Date(0),
        },
      ],
    });

    const { stdout, lines } = await explain('s3://ingest/csv/a.csv', '--json');

    expect(lines[0]).not.toContain('there is no such');
    expect(JSON.parse(stdout)).toMatchObject({
      events: [
        { isThere: true, event: { detail: { object: { size: 9, etag: 'abc', 'version-id': 'v2' } } } },
      ],
    });
  });

  test('takes an event as JSON, and a pattern in place of the rules', async () => {
    const event = JSON.stringify(sampleEvent('copy', { bucket: 'ingest', key: 'images/a.png', size: 2_000 }));
    const pattern =
      '{"detail":{"object":{"size":[{"numeric":[">",100,"<=",1000]}],"key":[{"prefix":"csv/"},{"suffix":".png"}]}}}';

    const { exitCode, lines } = await explain(event, '--pattern', pattern);

    expect(exitCode).toBe(3);
    expect(lines.slice(0, 4)).toEqual([
      'Object Created  CopyObject  images/a.png  2.0 kB',
      '✖ the pattern  not matched',
      '  ✖ detail.object.size  2000  wanted > 100 and <= 1000',
      '  ✔ detail.object.key   "images/a.png"  by suffix ".png"',
    ]);
  });

  test('takes a file of events, one a line, and says what was read', async () => {
    const file = join(temporaryFolder('events'), 'some.ndjson');
    const kinds = ['put', 'notification', 'backfill', 'marker', 'sqs'] as const;
    const texts = kinds.map((kind) =>
      JSON.stringify(sampleEvent(kind, { bucket: 'ingest', key: 'csv/a b.csv', account: ACCOUNT })),
    );
    writeFileSync(file, texts.join('\n'));

    const { exitCode, stderr, stdout } = await explain(file, '--consumer', 'csv-row-counter', '--json');

    const document = JSON.parse(stdout) as {
      events: { from: string; key: string; was?: string; consumers: { verdict: string }[] }[];
    };
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${file} lies here: read as events`);
    expect(document.events.map(({ key, consumers }) => [key, consumers[0]?.verdict])).toEqual(
      kinds.map(() => ['csv/a b.csv', 'wanted']),
    );
    expect(
      document.events.map(({ from, was = '' }) => [from.replace(` of ${file}`, ''), was.replace(/,.*/, '')]),
    ).toEqual([
      ['event 1', ''],
      ['event 2', 'a classic notification'],
      ['event 3', 'a backfill'],
      ['event 4', ''],
      ['message 1 of event 5', ''],
    ]);
  });

  test('shows values of any length whole, and nothing that a terminal obeys', async () => {
    const key = `csv/${'long'.repeat(60)}\u001b[31m.csv`;

    const { lines } = await explain(key, '--consumer', 'csv-row-counter');

    const at = lines.findIndex((line) => line.includes('detail.object.key'));
    expect(lines[at]).toContain(JSON.stringify(key));
    expect(lines[at + 1]).toBe(`${' '.repeat(24)}by prefix "csv/"`);
  });

  test('says of a disabled rule that nothing reaches it', async () => {
    events.on(DescribeRuleCommand).resolves({
      Arn: ARN('rule/x'),
      State: 'DISABLED',
      EventPattern: JSON.stringify(PATTERNS['rule-ledger-exporter']),
    });

    const { lines } = await explain('a', '--consumer', 'ledger-exporter');

    expect(lines).toContain('  ! its rule is disabled: nothing reaches it');
  });

  test.each<[string[], string]>([
    [[], 'there is nothing to explain'],
    [['csv/a.csv', '--last', '5'], 'leave one of them out'],
    [['a', '--reason', 'CopyObjct'], 'did you mean "CopyObject"?'],
    [['a', '--deleted', '--reason', 'PutObject'], 'one of DeleteObject, Lifecycle Expiration'],
    [['{"detail-type":"x"}', '--deleted'], 'an event says these itself'],
    [['a', '--pattern', '{"a":[{"prefx":"x"}]}'], 'did you mean "prefix"?'],
    [['a', '--pattern', 'no-such-file.json'], 'is no pattern, and no file of one'],
    [['a', '--pattern', '{}', '--consumer', 'x'], 'leave one of them out'],
    [['a', '--consumer', 'nobody'], 'one of metadata-writer, csv-row-counter, ledger-exporter'],
    [['{"a":1}'], 'the event is no event'],
    [['{"a":'], 'the event is not JSON: at position 5 stands the end'],
    [['{"Event":"s3:TestEvent","Service":"Amazon S3"}'], "S3's test notification"],
    [['[]'], 'the event holds no event'],
    [['s3://other/a'], 'is not in the ingest bucket'],
  ])('refuses %j with 2, and says what to do', async (args, words) => {
    const { exitCode, stdout, stderr } = await explain(...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  test('of an archive in AWS says that none can be read, and what to do, where no consumer keeps lines', async () => {
    const scope = scopeOf(mockedPipeline({ outputs: { LedgerExporterKeeps: '"nothing"' } }));

    const explaining = explainArchive(scope, await judgesOf(scope.pipeline, undefined), { last: '5' });

    await expect(explaining).rejects.toMatchObject({
      exitCode: 1,
      message: 'AWS has no call that reads an archive: archive can only be replayed',
      nextStep: expect.stringMatching(/^give it events/) as string,
    });
  });

  test('tells the complexity and the length of each pattern, and what EventBridge takes', async () => {
    const { stdout } = await explain(
      'a.png',
      '--pattern',
      '{"detail": {"object": {"key": [{"wildcard": "*.p*g"}]}}}',
      '--json',
    );

    expect(JSON.parse(stdout)).toMatchObject({
      patterns: [
        {
          consumer: 'the pattern',
          pattern: { detail: { object: { key: [{ wildcard: '*.p*g' }] } } },
          complexity: 3,
          characters: 52,
        },
      ],
      quota: { surelyAccepted: 7, refusedFrom: 11, characters: 2_048, combinations: 1_000 },
    });
  });
});

describe('sluice explain of the local archive', () => {
  const archived = ['csv/a.csv', 'images/b.png', 'csv/readme.txt'].map((key, index) =>
    sampleEvent('put', { bucket: 'ingest', key, account: ACCOUNT, time: `2026-11-20T0${index}:00:00Z` }),
  );
  const pipeline = () =>
    mockedPipeline({
      runtime: {
        // two pages
        archive: ({ after, since, first }) => {
          const found = archived.filter(({ time }) => String(time) >= since.slice(0, 19));
          const page = first === 'newest' ? found.toReversed() : found;
          return after === undefined ? { events: page.slice(0, 2), next: 'p2' } : { events: page.slice(2) };
        },
      },
    });

  test('shows which events each consumer would have had, oldest first', async () => {
    const scope = scopeOf(pipeline());

    const exitCode = await explainArchive(scope, await judgesOf(scope.pipeline, undefined), { since: '1d' });

    expect(exitCode).toBe(0);
    expect(scope.out().trimEnd().split('\n')).toEqual([
      '2026-11-20T00:00:00Z\tObject Created\twanted\twanted\twanted\tcsv/a.csv',
      '2026-11-20T01:00:00Z\tObject Created\twanted\tnot-matched\twanted\timages/b.png',
      '2026-11-20T02:00:00Z\tObject Created\twanted\tskipped\twanted\tcsv/readme.txt',
    ]);
    expect(scope.err()).toContain('csv-row-counter matches 2 of 3 archived events');
  });

  test('shows of the last ones why a pattern does not match', async () => {
    const scope = scopeOf(pipeline(), { columns: 80 });
    const judge = await patternJudge('{"detail":{"object":{"key":[{"prefix":"csv/"}]}}}');

    const exitCode = await explainArchive(scope, [judge], { last: '2' });

    expect(exitCode).toBe(0);
    expect(scope.out()).not.toContain('csv/a.csv');
    expect(scope.out()).toContain('detail.object.key "images/b.png", wanted prefix "csv/"');
    expect(scope.err()).toContain('the pattern matches 1 of 2 archived events');
  });

  test('tells each event as a whole, for another pattern to be held against', async () => {
    const scope = scopeOf(pipeline(), { json: true });
    const judge = await patternJudge('{"source":["aws.s3"]}');

    await explainArchive(scope, [judge], { last: '1' });

    const { events } = JSON.parse(scope.out()) as { readonly events: readonly { event: object }[] };
    expect(compilePattern('{"source":["aws.s3"]}').matches(JSON.stringify(events[0]?.event))).toBe(true);
    expect(events[0]?.event).toMatchObject({ detail: { object: { key: 'csv/readme.txt' } } });
  });

  test('ends with 3 when nothing would have matched', async () => {
    const scope = scopeOf(pipeline(), { json: true });
    const judge = await patternJudge('{"source":["my.app"]}');

    expect(await explainArchive(scope, [judge], { last: '9' })).toBe(3);
    expect(JSON.parse(scope.out())).toMatchObject({
      verb: 'explain archive',
      looked: 3,
      matched: { 'the pattern': 0 },
    });
  });
});

beforeEach(() => {
  resetMocks();
  events.on(DescribeRuleCommand).callsFake(({ Name }: { Name: string }) => ({
    Name,
    Arn: ARN(`rule/${Name}`),
    State: 'ENABLED',
    EventPattern: JSON.stringify(PATTERNS[Name]),
  }));
});
afterEach(() => {
  vi.useRealTimers();
});

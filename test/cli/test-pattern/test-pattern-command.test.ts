import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { sluice } from '../../../cli/command-line.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function testPattern(...args: string[]) {
  const streams = fakeStreams();
  const exitCode = await sluice(['test-pattern', ...args], streams);
  return { exitCode, stdout: streams.out(), stderr: streams.err() };
}

const PNG = '{"source":["aws.s3"],"detail":{"object":{"key":[{"suffix":".png"}]}}}';
const png = JSON.stringify(sampleEvent('put', { key: 'images/a.png' }));
const csv = JSON.stringify(sampleEvent('put', { key: 'csv/a.csv' }));

const file = (name: string, text: string): string => {
  const path = join(temporaryFolder('events'), name);
  writeFileSync(path, text);
  return path;
};

describe('sluice test-pattern', () => {
  test('ends with 0 when all events match, and answers each as EventBridge does', async () => {
    const { exitCode, stdout } = await testPattern(
      PNG,
      '--events',
      png,
      file('more.json', `[${png},${png}]`),
      '--json',
    );

    const { results, pattern } = JSON.parse(stdout) as {
      results: { Result: boolean; key: string }[];
      pattern: unknown;
    };
    expect(exitCode).toBe(0);
    expect(pattern).toEqual(JSON.parse(PNG));
    expect(results.map(({ Result, key }) => [Result, key])).toEqual(
      [1, 2, 3].map(() => [true, 'images/a.png']),
    );
  });

  test('ends with 3 when one does not, and says why', async () => {
    const { exitCode, stdout, stderr } = await testPattern(
      file('p.json', PNG),
      '--events',
      file('e.ndjson', `${png}\n${csv}\n`),
    );

    expect(exitCode).toBe(3);
    expect(stdout).toBe(
      '✔  images/a.png\n✖  csv/a.csv  detail.object.key "csv/a.csv", wanted suffix ".png"\n',
    );
    expect(stderr).toBe('1 of 2 events match\n');
  });

  test('prints with --would-match the events that do, as they came, and ends with 0 when there is one', async () => {
    const exact = png.replace('"size":5', '"size":5.00');

    const some = await testPattern(PNG, '--events', csv, exact, '--would-match');
    const none = await testPattern(PNG, '--events', csv, '--would-match');

    expect(some).toMatchObject({ exitCode: 0, stdout: `${exact}\n` });
    expect(none).toMatchObject({ exitCode: 3, stdout: '' });
  });

  test('says what AWS’s own call would refuse in an event, and answers all the same', async () => {
    const { exitCode, stderr } = await testPattern(
      '{"source":["my.app"]}',
      '--events',
      '{"source":"my.app","detail-type":"x"}',
    );

    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'has no id, account, time, region, resources: aws events test-event-pattern would refuse it',
    );
  });

  test('says of a pattern near the limit that AWS may refuse it', async () => {
    const near = JSON.stringify({
      detail: {
        object: {
          key: [
            { wildcard: 'csv/*.csv' },
            { wildcard: 'csv/*.CSV' },
            { wildcard: 'csv/*.csv.gz' },
            { wildcard: 'csv/*.CSV.GZ' },
          ],
        },
      },
    });

    const { stderr } = await testPattern(near, '--events', csv);

    expect(stderr).toContain('the pattern measures 9: AWS surely accepts up to 7');
  });

  test.each<[string[], string]>([
    [
      ['{"a":[{"prefix":1}]}', '--events', '{"detail-type":"x"}'],
      'event pattern at a: prefix: {"prefix":1}: 1 is not a string',
    ],
    [['{"a":[{"numerc":[">",1]}]}', '--events', '{"detail-type":"x"}'], 'did you mean "numeric"?'],
    [['no-such-file', '--events', '{"detail-type":"x"}'], 'no file of one'],
    [[PNG], 'there is no event to test it with'],
    [['--events', '{"detail-type":"x"}'], 'one pattern is tested'],
    [[PNG, '--consumer', 'x', '--events', '{"detail-type":"x"}'], 'one pattern is tested'],
    [[PNG, '--events', 'no-such-file'], 'the file of events no-such-file cannot be read'],
    [[PNG, '--events', '[{"detail-type":"x"},7]'], 'event 2 of the event is no event'],
  ])('refuses %j with 2, and says what to do', async (args, words) => {
    const { exitCode, stdout, stderr } = await testPattern(...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  test('refuses every pattern that AWS’s matcher refuses with 2, naming clause and reason', async () => {
    const cases = readFileSync(
      new URL('../../shared/event-pattern/event-patterns.jsonl', import.meta.url),
      'utf8',
    )
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { pattern: string; expect: unknown });
    const invalid = new Set(cases.filter(({ expect }) => expect === 'invalid').map(({ pattern }) => pattern));

    for (const pattern of invalid) {
      const { exitCode, stderr } = await testPattern(file('pattern.json', pattern), '--events', png);
      expect([pattern, exitCode]).toEqual([pattern, 2]);
      expect(stderr).toMatch(/^sluice: no pattern: event pattern(?: at \S+)?: .{8,}/);
    }
  });
});

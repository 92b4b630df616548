import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, LogFile, LogTail } from '../../../local/lambda/function-log.ts';

describe('the kept log of a log group', () => {
  test('is one file, appended to by the next start', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'sluice-log-')), 'logs');
    for (const line of ['one', 'two']) {
      const file = new LogFile(folder, '/aws/lambda/Sluice-Writer');
      file.write(line);
      file.close();
    }

    expect(readdirSync(folder)).toEqual(['aws_lambda_Sluice-Writer.log']);
    expect(readFileSync(join(folder, 'aws_lambda_Sluice-Writer.log'), 'utf8')).toBe('one\ntwo\n');
  });

  test('cannot leave its folder, whatever the group is called', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'sluice-log-')), 'logs');
    const file = new LogFile(folder, '../../etc/passwd');
    file.write('one');
    file.close();

    expect(readdirSync(folder)).toEqual(['.._.._etc_passwd.log']);
  });

  test('takes twice its size at most, and keeps the end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
    const file = new LogFile(folder, 'group', 1_000);
    for (let line = 0; line < 1_000; line++) file.write(`line ${line}`);
    file.close();

    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(readdirSync(folder).toSorted()).toEqual(['group.log', 'group.log.1']);
    expect(texts.join('').length).toBeLessThan(2_100);
    expect(readFileSync(join(folder, 'group.log'), 'utf8')).toMatch(/line 999\n$/);
  });
});

describe('lines', () => {
  test('are the same, however the text is cut', () => {
    const line = fc.stringMatching(/^[a-z é]{1,12}$/);
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const seen: string[] = [];
        const splitter = new LineSplitter((line) => seen.push(line));
        let at = 0;
        for (const length of cuts) {
          splitter.push(text.slice(at, at + length));
          at += length;
        }
        splitter.push(text.slice(at));
        splitter.end();

        expect(seen).toEqual(lines);
      }),
    );
  });

  test('without an end are cut, so that they do not fill the memory', () => {
    const seen: string[] = [];
    const splitter = new LineSplitter((line) => seen.push(line));
    for (let chunk = 0; chunk < 10; chunk++) splitter.push('x'.repeat(64 * 1024));
    splitter.end();

    expect(seen.map((line) => line.length)).toEqual([256 * 1024, 256 * 1024, 128 * 1024]);
  });
});

test('the tail of an invocation is its last 4 KB', () => {
  const tail = new LogTail();
  for (let line = 0; line < 1_000; line++) tail.add(`é line ${line}`);

  expect(Buffer.byteLength(tail.toString())).toBeLessThanOrEqual(4_098);
  expect(tail.toString()).toMatch(/line 999\n$/);
});

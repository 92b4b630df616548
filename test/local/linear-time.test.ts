import { describe, expect, test } from 'vitest';
import { parseInput } from '../../local/protocols/aws-json.ts';
import { readAuthorization } from '../../local/gateway/authorization-header.ts';
import { readPresigned } from '../../local/gateway/presigned-url.ts';
import { lineFilter } from '../../local/logs/filter-pattern.ts';
import { AwsChunkedDecoder } from '../../local/s3/aws-chunked.ts';
import { parseRange } from '../../local/s3/byte-range.ts';
import { checkReadConditions } from '../../local/s3/condition.ts';
import { decodePercent } from '../../local/s3/keys.ts';
import { decodeMetadata } from '../../local/s3/metadata-text.ts';
import { MultipartForm } from '../../local/s3/multipart-form.ts';
import { formHeaders } from '../../local/s3/post-headers.ts';
import { checkPolicy } from '../../local/s3/post-policy.ts';
import { readTagDocument, readTagHeader } from '../../local/s3/tags.ts';
import { elements, parseXml, textOf } from '../../local/protocols/xml.ts';
import type { ObjectVersion } from '../../local/s3/version-rows.ts';
import { inputOfForm } from '../../local/sqs/query-form.ts';
import { compilePattern } from '../../shared/event-pattern/pattern-matcher.ts';
import { compileWildcard } from '../../shared/event-pattern/pattern-text.ts';
import { LINEAR, timeRatio } from '../support/linear-time.ts';

type Case = readonly [what: string, inputOf: (n: number) => string];

/** `piece` over and over, about `n` characters of it. */
const many = (piece: string, n: number) => piece.repeat(Math.ceil(n / piece.length));

const ENTRY = 'SendMessageBatchRequestEntry';
// as long as a value may be, or nearly: many elements are timed by the other documents, and their garbage is noise
const TAG = `<Tag><Key>k</Key><Value>${'v'.repeat(250)}</Value></Tag>`;

const conditions = (list: string) =>
  `{"expiration":"2099-01-01T00:00:00Z","conditions":[${list}{"bucket":"b"}]}`;

const keysToDelete = (text: string) =>
  elements(parseXml(text, 'Delete'), 'Object').map((object) => textOf(object, 'Key'));

/** In pieces of odd sizes, as they come from a socket. */
async function* piecesOf(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += 1_461) yield await Promise.resolve(body.subarray(at, at + 1_461));
}

describe('a worst input of twice the length takes no more than about twice the time', () => {
  test.each<Case>([
    ['unclosed CDATA sections', (n) => `<Delete>${many('<![CDATA[', n)}`],
    ['a CDATA section that never ends', (n) => `<Delete><![CDATA[${many(']', n)}`],
    ['CDATA sections', (n) => `<Delete>${many('<![CDATA[x]]>', n)}</Delete>`],
    ['unclosed comments', (n) => `<Delete>${many('<!--', n)}`],
    ['a comment that never ends', (n) => `<Delete><!--${many('- ', n)}`],
    ['processing instructions', (n) => `<Delete>${many('<?a ', n)}`],
    ['document types', (n) => many('<!DOCTYPE [', n)],
    ['declarations in a document type', (n) => `<!DOCTYPE Delete [${many('<!ENTITY a "a">', n)}`],
    ['opening brackets', (n) => many('<', n)],
    ['elements in elements', (n) => many('<a>', n)],
    ['empty elements', (n) => `<Delete>${many('<a/>', n)}</Delete>`],
    [
      'elements of many names',
      (n) => `<Delete>${Array.from({ length: n / 10 }, (_, i) => `<a${i}/>`).join('')}`,
    ],
    ['attributes', (n) => `<Delete ${Array.from({ length: n / 10 }, (_, i) => `a${i}="" `).join('')}/>`],
    ['one attribute many times', (n) => `<Delete ${many('a="" ', n)}/>`],
    ['entities', (n) => `<Delete>${many('&amp;', n)}</Delete>`],
    ['ampersands', (n) => `<Delete>${many('&', n)}</Delete>`],
    ['carriage returns', (n) => `<Delete>${many('\r', n)}</Delete>`],
    ['a long name', (n) => `<${many('a:', n)}/>`],
    ['objects to delete', (n) => `<Delete>${many('<Object><Key>k&amp;y</Key></Object>', n)}</Delete>`],
  ])('XML: %s', async (_, inputOf) => {
    expect(await timeRatio(inputOf, keysToDelete, 400_000)).toBeLessThanOrEqual(LINEAR);
  });

  test.each<Case>([
    ['chunks of a byte', (n) => many('1\r\nx\r\n', n)],
    ['a size that never ends', (n) => many('0', n)],
    ['an extension that never ends', (n) => `1;${many('a', n)}`],
    ['trailers', (n) => `0\r\n${many('x-a:b\r\n', n)}`],
    ['empty lines', (n) => many('\n', n)],
  ])('aws-chunked: %s', async (_, inputOf) => {
    expect(
      await timeRatio(
        (n) => Buffer.from(inputOf(n)),
        (body) => {
          const decoder = new AwsChunkedDecoder();
          let bytes = 0;
          // in pieces of odd sizes, as they come from a socket
          for (let at = 0; at < body.length; at += 1_461) {
            for (const data of decoder.push(body.subarray(at, at + 1_461))) bytes += data.length;
          }
          decoder.end();
          return bytes;
        },
        400_000,
      ),
    ).toBeLessThanOrEqual(LINEAR);
  });

  const VERSION = { etag: 'e', modifiedAtMs: 0 } as ObjectVersion;
  test.each<readonly [what: string, inputOf: (n: number) => string, read: (text: string) => unknown]>([
    ['a range of digits', (n) => `bytes=${many('1', n)}`, (text) => parseRange(text, 1)],
    ['ranges', (n) => `bytes=${many('1-1,', n)}`, (text) => parseRange(text, 1)],
    ['entity tags', (n) => many('"x",', n), (text) => checkReadConditions({ 'if-match': text }, VERSION, 0)],
    ['quotes', (n) => many('"', n), (text) => checkReadConditions({ 'if-match': text }, VERSION, 0)],
    ['weak tags', (n) => many('W/', n), (text) => checkReadConditions({ 'if-none-match': text }, VERSION, 0)],
    [
      'a date',
      (n) => many('1 ', n),
      (text) => checkReadConditions({ 'if-modified-since': text }, VERSION, 0),
    ],
    ['percent signs', (n) => many('%', n), decodePercent],
    ['escapes', (n) => many('%41', n), decodePercent],
    ['JSON in JSON', (n) => many('[', n), (text) => parseInput(Buffer.from(text))],
    ['JSON escapes', (n) => `{"a":"${many('\\"', n)}`, (text) => parseInput(Buffer.from(text))],
    ['encoded words', (n) => many('=?UTF-8?Q?=C3=B6?= ', n), decodeMetadata],
    ['encoded words that do not end', (n) => many('=?UTF-8?Q? ', n), decodeMetadata],
    ['one encoded word, and spaces', (n) => `=?UTF-8?B?YQ==?=${many(' ', n)}x`, decodeMetadata],
    ['fields of a signature', (n) => `AWS4-HMAC-SHA256 ${many('Credential=a/b, ', n)}`, readAuthorization],
    ['slashes of a credential', (n) => `AWS4-HMAC-SHA256 Credential=${many('/', n)}`, readAuthorization],
    ['colons of a signature', (n) => `AWS ${many('a:', n)} `, readAuthorization],
    [
      'parameters of a presigned URL',
      (n) => many('X-Amz-Signature=&', n),
      (text) => readPresigned(new URLSearchParams(text)),
    ],
  ])('headers, paths and JSON: %s', async (_, inputOf, read) => {
    expect(await timeRatio(inputOf, read, 400_000)).toBeLessThanOrEqual(LINEAR);
  });

  test.each<Case>([
    ['parameters', (n) => Array.from({ length: n / 20 }, (_, i) => `AttributeName.${i}=a`).join('&')],
    ['one parameter many times', (n) => many('AttributeName.1=a&', n)],
    ['messages', (n) => Array.from({ length: n / 50 }, (_, i) => `${ENTRY}.${n - i}.Id=a`).join('&')],
    ['names of many dots', (n) => many('.', n)],
    ['parts of one number', (n) => Array.from({ length: n / 20 }, (_, i) => `Tag.1.a${i}.b=1`).join('&')],
    ['digits', (n) => `DelaySeconds=${many('1', n)}&Tag.${many('1', n)}.Key=a`],
    ['ampersands', (n) => many('&', n)],
  ])('the query protocol of SQS: %s', async (_, inputOf) => {
    expect(
      await timeRatio(inputOf, (text) => inputOfForm(new URLSearchParams(text)), 400_000),
    ).toBeLessThanOrEqual(LINEAR);
  });

  test.each<readonly [what: string, inputOf: (n: number) => string, read: (text: string) => unknown]>([
    ['a header of tags', (n) => Array.from({ length: n / 10 }, (_, i) => `a${i}=b`).join('&'), readTagHeader],
    ['a header of one tag', (n) => many('a=b&', n), readTagHeader],
    ['a long tag', (n) => many('a%20', n), readTagHeader],
    ['a document of tags', (n) => `<Tagging><TagSet>${many(TAG, n)}</TagSet></Tagging>`, readTagDocument],
    ['tag sets', (n) => `<Tagging>${many('<TagSet></TagSet>', n)}</Tagging>`, readTagDocument],
    ['a long value', (n) => many('</TagSet><Tag>', n), readTagDocument],
  ])('tags of S3: %s', async (_, inputOf, read) => {
    expect(await timeRatio(inputOf, read, 400_000)).toBeLessThanOrEqual(LINEAR);
  });

  const types = (n: number) => new Map([['content-type', many(' text/a, ', n)]]);
  test.each<readonly [what: string, policyOf: (n: number) => string, fieldsOf: typeof types]>([
    ['brackets', (n) => many('[', n), types],
    ['conditions', (n) => conditions(many('{"key":"k"},', n)), () => new Map([['key', 'k']])],
    ['lists', (n) => conditions(many('["starts-with","$key",""],', n)), () => new Map([['key', 'k']])],
    ['digits', (n) => conditions(`["content-length-range",${many('1', n)},1],`), types],
    ['content types', () => conditions('["starts-with","$content-type","text/"],'), types],
    ['an expiration', (n) => `{"expiration":"${many('1 ', n)}","conditions":[]}`, types],
    // a form has 20 KiB but for the file; what JSON.parse takes for a megabyte of brackets is up to its memory
  ])('policies of S3’s POST forms: %s', async (_, policyOf, fieldsOf) => {
    expect(
      await timeRatio(
        (n) => ({ policy: Buffer.from(policyOf(n)).toString('base64'), fields: fieldsOf(n) }),
        ({ policy, fields }) => checkPolicy(policy, fields, 0),
        10_000,
      ),
    ).toBeLessThanOrEqual(LINEAR);
  });

  test.each<Case>([
    [
      'beginnings of a boundary',
      (n) => `--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n${many('\r\n--', n)}`,
    ],
    ['parts', (n) => many('--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n', n)],
    ['a head that never ends', (n) => `--b\r\n${many('x: ', n)}`],
    ['lines before the first boundary', (n) => many('\r\n', n)],
  ])('bodies of S3’s POST forms: %s', async (_, inputOf) => {
    expect(
      await timeRatio(
        (n) => Buffer.from(inputOf(n)),
        async (body) => {
          const form = new MultipartForm(piecesOf(body), 'multipart/form-data; boundary=b');
          while ((await form.next()) !== undefined);
        },
        400_000,
      ),
    ).toBeLessThanOrEqual(LINEAR);
  });

  test.each<readonly [what: string, fieldsOf: (n: number) => [string, string][]]>([
    ['fields', (n) => Array.from({ length: n / 20 }, (_, i) => [`x-amz-meta-${i}`, 'a'])],
    ['a long name', (n) => [[`x-amz-${many('a-', n)}!`, 'a']]],
    ['a long value', (n) => [['x-amz-meta-a', many('a\t', n)]]],
  ])('fields of S3’s POST forms: %s', async (_, fieldsOf) => {
    expect(await timeRatio((n) => new Map(fieldsOf(n)), formHeaders, 400_000)).toBeLessThanOrEqual(LINEAR);
  });

  // a rule with these would be refused as too complex: what compares is held to it all the same
  test.each<readonly [what: string, wildcard: string, inputOf: (n: number) => string]>([
    ['stars', many('a*', 200) + 'b', (n) => many('a', n)],
    ['a suffix that nearly fits', '*' + many('ab', 200), (n) => many('ba', n)],
    ['one star', `${many('a', 100)}*${many('a', 100)}b`, (n) => many('a', n)],
  ])('wildcards of event patterns: %s', async (_, wildcard, inputOf) => {
    const matches = compileWildcard(wildcard) as (text: string) => boolean;
    expect(await timeRatio(inputOf, matches, 200_000)).toBeLessThanOrEqual(LINEAR);
  });

  test.each<readonly [what: string, pattern: object, inputOf: (n: number) => unknown]>([
    [
      'elements',
      { a: { b: ['x'], c: ['y'] } },
      (n) => Array.from({ length: n / 20 }, () => ({ b: 'x', c: 'z' })),
    ],
    [
      'elements that each meet one field',
      { a: { b: ['x'], c: ['y'], d: [{ exists: false }] } },
      (n) => Array.from({ length: n / 20 }, (_, i) => (i % 2 === 0 ? { b: 'x' } : { c: 'y', d: 1 })),
    ],
    [
      'arrays in arrays',
      { a: { b: ['x'], c: ['y'] } },
      (n) => Array.from({ length: n / 40 }, () => [{ b: 'x' }, [{ c: 'y' }]]),
    ],
    [
      'values',
      { a: [{ prefix: 'b' }, { suffix: 'c' }, { 'equals-ignore-case': 'd' }] },
      (n) => Array.from({ length: n / 4 }, () => 'a'),
    ],
  ])('arrays of events: %s', async (_, pattern, inputOf) => {
    const matcher = compilePattern(JSON.stringify(pattern));
    expect(
      await timeRatio(
        (n) => JSON.stringify({ a: inputOf(n) }),
        (event) => matcher.matches(event),
        200_000,
      ),
    ).toBeLessThanOrEqual(LINEAR);
  });

  test.each<readonly [what: string, pattern: string, inputOf: (n: number) => string]>([
    ['terms', many('a ', 1_000), (n) => many('b', n)],
    ['stars', `{ $.a = "${many('a*', 400)}b" }`, (n) => JSON.stringify({ a: many('a', n) })],
    ['alternatives', `{ ${many('$.a = 1 || ', 900)}$.a = 2 }`, (n) => `{"a":3,"b":"${many('x', n)}"}`],
  ])('lines of a log under a filter of %s', async (_, pattern, inputOf) => {
    const filter = lineFilter(pattern);
    expect(await timeRatio(inputOf, filter, 400_000)).toBeLessThanOrEqual(LINEAR);
  });

  // at most 1,024 characters, so that no length is there to double: the limit is what is tested
  test.each<Case>([
    ['a word', (n) => many('a', n)],
    ['an unclosed phrase', (n) => `"${many('\\"', n)}`],
    ['spaces', (n) => `{ ${many(' ', n)}x`],
    ['brackets', (n) => `{ ${many('(', n)} }`],
    ['a selector', (n) => `{ $${many('.a', n)} = 1 }`],
  ])('filter patterns: %s', async (_, inputOf) => {
    expect(await timeRatio(inputOf, lineFilter, 400_000)).toBeLessThanOrEqual(LINEAR);
  });
});

import { inspect } from 'node:util';
import { S3Error } from './s3-error.ts';

/** What a policy says about the file's size, in bytes, both ends included. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

type Condition =
  | { readonly operator: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly operator: 'content-length-range'; readonly range: SizeRange };

/** No condition has to name these. */
const FREE_FIELDS = /^(policy|file|signature|awsaccesskeyid|x-amz-signature|x-ignore-.*)$/;

/**
 * Holds a form against its policy:
 *
 *     {"expiration": "2026-11-26T15:00:00Z",
 *      "conditions": [{"bucket": "b"}, ["starts-with", "$key", "csv/"], ["content-length-range", 0, 1048576]]}
 *
 * @param policy as in the form: base64 of JSON
 * @param fields by lower-case name, `${filename}` filled in; `bucket` among them
 * @returns what the file's size must be; undefined when the policy does not say
 * @throws S3Error `InvalidPolicyDocument`, or `AccessDenied` naming the condition or field
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPolicy(
  policy: string,
  fields: ReadonlyMap<string, string>,
  nowMs: number,
): SizeRange | undefined {
  const { expiresMs, conditions } = parsePolicy(policy);
  if (nowMs > expiresMs) throw denied('Policy expired.');
  const covered = new Set(['bucket']);
  let range: SizeRange | undefined;
  for (const [source, condition] of conditions) {
    if (condition.operator === 'content-length-range') {
      range = condition.range;
      continue;
    }
    covered.add(condition.field);
    if (!holds(condition, fields.get(condition.field))) {
      throw denied(`Policy Condition failed: ${JSON.stringify(source)}`);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !FREE_FIELDS.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return range;
}

function holds(
  { operator, field, value }: Exclude<Condition, { operator: 'content-length-range' }>,
  actual: string | undefined,
): boolean {
  if (actual === undefined) return false;
  if (operator === 'eq') return actual === value;
  // several content types are a list, and each must begin so
  const values = field === 'content-type' ? actual.split(',').map((type) => type.trimStart()) : [actual];
  return values.every((item) => item.startsWith(value));
}

function parsePolicy(policy: string): { expiresMs: number; conditions: [unknown, Condition][] } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalid('it is not a JSON object.');
  }
  const { expiration, conditions } = document as Record<string, unknown>;
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  const expiresMs = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expiresMs)) throw invalid(`Invalid 'expiration' value: ${shown(expiration)}`);
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  const read = conditions.flatMap((source: unknown) =>
    conditionsOf(source).map((condition): [unknown, Condition] => [source, condition]),
  );
  return { expiresMs, conditions: read };
}

function conditionsOf(source: unknown): Condition[] {
  if (Array.isArray(source)) return [listCondition(source)];
  if (typeof source !== 'object' || source === null) throw invalidCondition(source);
  return Object.entries(source).map(([name, value]) => {
    if (typeof value !== 'string') throw invalidCondition(source);
    return { operator: 'eq', field: name.toLowerCase(), value };
  });
}

function listCondition(source: readonly unknown[]): Condition {
  const [name, first, second] = source;
  const operator = typeof name === 'string' ? name.toLowerCase() : undefined;
  if (source.length !== 3) throw invalidCondition(source);
  if (operator === 'content-length-range') {
    const [least, most] = [first, second].map((bound) =>
      ['string', 'number'].includes(typeof bound) && /^\d{1,15}$/.test(String(bound)) ? Number(bound) : -1,
    );
    if (least === undefined || most === undefined || least < 0 || most < 0) throw invalidCondition(source);
    return { operator, range: { least, most } };
  }
  const isField = typeof first === 'string' && first.startsWith('$');
  if ((operator !== 'eq' && operator !== 'starts-with') || !isField || typeof second !== 'string') {
    throw invalidCondition(source);
  }
  return { operator, field: first.slice(1).toLowerCase(), value: second };
}

/** JSON that is nested without end would be too much for `JSON.stringify`. */
const shown = (source: unknown): string => inspect(source, { depth: 2, breakLength: Infinity });

function invalidCondition(source: unknown): S3Error {
  return invalid(`Invalid Condition: ${shown(source)}`);
}

function invalid(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
}

function denied(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}

import type { PageRequest } from '../gateway/pages.ts';
import { log } from '../log.ts';
import type { BucketPlan } from '../plan.ts';
import type { Buckets } from './bucket.ts';
import { corsHeaders, isExactOrigin } from './cors.ts';
import { parseTarget } from './keys.ts';
import { S3Error } from './s3-error.ts';

/** What a page may ask of one object; the etags of parts and the rest of an upload in parts are for who signs. */
const READING = /^(versionId|partNumber|response-.*|x-id|x-amz-(?!copy-source).*)$/i;
const WRITING = /^(uploadId|partNumber|x-id|x-amz-(?!copy-source).*)$/i;

/**
 * Decides what a page of another origin may ask of S3: by a presigned GET or PUT of one object, or by the form of one,
 * if a CORS rule of the bucket names its very origin. In AWS any page may send what somebody has signed for it; here
 * signatures are not verified, so that any page could sign for itself.
 *
 * @throws S3Error `AccessDenied`, or `AccessForbidden` to a preflight, that says why
 */
export function admitPage(buckets: Buckets, request: PageRequest): Readonly<Record<string, string>> {
  const { origin, navigates, isPreflight } = request;
  const way = wayOf(request);
  const { bucket: name = '' } = parseTarget(request.path, request.hostname);
  if (way === undefined) {
    throw refusal(
      request,
      'a page may use presigned GET and PUT requests and the POST form of one object, and nothing else',
    );
  }
  if (origin === undefined) {
    // a link to a presigned download; the answer is no page
    if (way === 'GET' && navigates) return {};
    throw refusal(
      request,
      'it does not say of which origin it is; an <img> or <video> says it with crossorigin',
    );
  }
  const rules = buckets.has(name) ? buckets.get(name).corsRules : [];
  const headers = corsHeaders(rules, {
    origin,
    method: way,
    headerNames: isPreflight ? request.headerNames : [],
  });
  if (headers !== undefined) return headers;
  throw refusal(
    request,
    `no CORS rule of the bucket names it, with ${way}; list it in "corsOrigins" (locally under "context" in cdk.json, then start again; in AWS cdk deploy -c corsOrigins=…)`,
  );
}

/** Says of which origins the template takes pages, and this machine does not. */
export function warnOfOpenOrigins({ name, corsRules = [] }: BucketPlan): void {
  const open = corsRules
    .flatMap(({ allowedOrigins }) => allowedOrigins)
    .filter((origin) => !isExactOrigin(origin));
  if (open.length === 0) return;
  log('CORS origins that are not exact are not honoured on this machine: pages of theirs are refused', {
    bucket: name,
    origins: open,
  });
}

function wayOf({
  method,
  path,
  hostname,
  query,
  ...request
}: PageRequest): 'GET' | 'PUT' | 'POST' | undefined {
  const { bucket, key } = parseTarget(path, hostname);
  if (request.isPostForm) return bucket !== undefined && key === undefined ? 'POST' : undefined;
  if (!request.isPresigned || key === undefined) return undefined;
  const names = [...query.keys()];
  if (method === 'GET' && names.every((name) => READING.test(name))) return 'GET';
  const copies = request.headerNames.includes('x-amz-copy-source');
  const isPart = query.has('uploadId') === query.has('partNumber');
  if (method === 'PUT' && isPart && !copies && names.every((name) => WRITING.test(name))) return 'PUT';
  return undefined;
}

function refusal({ origin, isPreflight, method }: PageRequest, why: string): S3Error {
  const page = origin === undefined ? 'a page' : `the page ${JSON.stringify(origin)}`;
  if (!isPreflight) return new S3Error('AccessDenied', `requests from ${page} are refused: ${why}`);
  return new S3Error(
    'AccessForbidden',
    `CORSResponse: This CORS request is not allowed for ${page}: ${why}`,
    {
      details: { Method: method, ResourceType: 'OBJECT' },
    },
  );
}

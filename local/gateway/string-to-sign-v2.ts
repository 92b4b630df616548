import { byNameAndValue, headerText } from './canonical-request.ts';
import type { RequestHead } from './client-protocol.ts';
import type { Signature } from './signature.ts';

/** The parameters that name what a request is about; all others are not signed. */
const SIGNED_PARAMETERS = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'encryption',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'retention',
  'select',
  'select-type',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
]);

/**
 * A request as SigV2 signs it, in the header or in a presigned URL:
 *
 *     PUT
 *     1B2M2Y8AsgTpgAmy7PhCfg==
 *     text/csv
 *     Thu, 26 Nov 2026 12:00:00 GMT
 *     x-amz-meta-colour:blue
 *     /b/a.csv?partNumber=1&uploadId=u
 *
 * @param bucket that the host names, as in `bucket.localhost`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function stringToSignV2(
  { method, path, query, headers }: RequestHead,
  { place }: Signature,
  bucket: string | undefined,
): string {
  const isPresigned = place === 'query';
  const parameter = (name: string) =>
    isPresigned ? [...query].find(([other]) => other.toLowerCase() === name)?.[1] : undefined;
  // a presigned URL carries some of its headers in the query
  const carried = isPresigned
    ? [...query].map(([name, value]) => [name.toLowerCase(), latin1(value)] as const)
    : [];
  const all = new Map<string, string | string[] | undefined>([
    ...Object.entries(headers),
    ...carried.filter(([name]) => name.startsWith('x-amz-')),
  ]);
  const amazonHeaders = [...all]
    .filter(([name]) => name.startsWith('x-amz-'))
    .map(([name, value]) => [name, headerText(value)] as const)
    .toSorted(byNameAndValue)
    .map((pair) => pair.join(':'));
  const header = (name: string) => headerText(headers[name] ?? parameter(name));
  const time = isPresigned ? (query.get('Expires') ?? '') : all.has('x-amz-date') ? '' : header('date');
  return [
    method,
    header('content-md5'),
    header('content-type'),
    time,
    ...amazonHeaders,
    (bucket === undefined ? '' : `/${bucket}`) + path + signedQuery(query),
  ].join('\n');
}

/** Their values go in as they are meant, not as they are encoded. */
function signedQuery(query: URLSearchParams): string {
  const signed = [...query]
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .map(([name, value]) => [name, latin1(value)] as const)
    .toSorted(byNameAndValue)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return signed.length === 0 ? '' : `?${signed.join('&')}`;
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

import type { IncomingHttpHeaders } from 'node:http';
import { readAuthorization } from './authorization-header.ts';
import { DoorError } from './door-error.ts';
import { readPresigned } from './presigned-url.ts';
import type { Signature } from './signature.ts';

/**
 * Reads the signature of a request, in whichever form it is.
 *
 * @returns undefined when there is none
 * @throws DoorError in S3's words when there is half of one, or one of another kind
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function readSignature(headers: IncomingHttpHeaders, query: URLSearchParams): Signature | undefined {
  const presigned = readPresigned(query);
  // some clients write an empty header for none
  const { authorization = '' } = headers;
  if (authorization === '') return presigned;
  if (presigned === undefined) return readAuthorization(authorization);
  throw new DoorError(
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    400,
    { ArgumentName: 'Authorization', ArgumentValue: authorization },
  );
}

import type { RequestContext } from '../iam/condition-keys.ts';
import type { RequestInputs } from './request-inputs.ts';

/**
 * What a request of S3 tells the conditions of policies.
 *
 * The steps of an upload in parts are `s3:PutObject` like the creation of an object, and no object comes of them: the key
 * `s3:ObjectCreationOperation` tells them apart. They take no `If-None-Match`, nor does a form.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function requestConditions(
  action: string,
  method: string,
  { headers, parameters }: RequestInputs,
): RequestContext {
  if (action === 's3:PutObject') {
    const isStep =
      method === 'POST'
        ? parameters.has('uploads')
        : parameters.has('uploadId') && parameters.has('partNumber');
    const isForm = method === 'POST' && !parameters.has('uploadId');
    const condition = (key: string, value: string | undefined): RequestContext =>
      isStep || isForm || value === undefined ? {} : { [key]: value };
    return {
      's3:objectcreationoperation': String(!isStep),
      ...condition('s3:if-match', headers['if-match']),
      ...condition('s3:if-none-match', headers['if-none-match']),
    };
  }
  const prefix = parameters.get('prefix');
  const isListing = /^s3:ListBucket(Versions|MultipartUploads)?$/.test(action) && method === 'GET';
  return isListing && prefix !== null ? { 's3:prefix': prefix } : {};
}

import type { ServiceRequest } from '../gateway.ts';
import type { SignedForm } from '../gateway/callers.ts';
import { readScope } from '../gateway/signature.ts';
import { storeCopy } from './body.ts';
import { checkClaimedChecksum, headerChecksum, LARGEST_BODY_BYTES } from './body-claims.ts';
import { committed } from './body-folder.ts';
import type { Bucket } from './bucket.ts';
import { Exchange } from './exchange.ts';
import { checkKey } from './keys.ts';
import { type FormPart, MultipartForm } from './multipart-form.ts';
import { checksumHeaders, objectHeaders, writtenHeaders } from './object-headers.ts';
import { newLock } from './object-retention.ts';
import { sendPosted } from './post-answer.ts';
import { formHeaders } from './post-headers.ts';
import { checkPolicy, type SizeRange } from './post-policy.ts';
import { checkInputs } from './request-inputs.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import { readTagDocument } from './tags.ts';

/**
 * POST of a form to a bucket: how a page uploads a file that somebody else has signed for.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(context: S3Context, unsigned: Exchange, bucket: Bucket): Promise<void> {
  const form = formOf(unsigned.request);
  try {
    await postForm(context, unsigned, bucket, form);
  } finally {
    await form.close();
  }
}

async function postForm(
  context: S3Context,
  unsigned: Exchange,
  bucket: Bucket,
  form: MultipartForm,
): Promise<void> {
  const { fields, file } = await readFields(form);
  const key = (fields.get('key') ?? missingField('key')).replaceAll('${filename}', () => file.fileName);
  if (key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', key);
  const exchange = signedBy(context, unsigned.request, fields);
  const headers = formHeaders(fields);
  exchange.authorize('s3:PutObject', bucket.name, checkKey(key), headers);
  const policy = fields.get('policy') ?? missingField('policy');
  const expanded = new Map([...fields, ['key', key], ['bucket', bucket.name]]);
  const range = checkPolicy(policy, expanded, Date.now());
  checkInputs('PostObject', [], { headers, parameters: new URLSearchParams() }, unsigned.request);
  const tagging = fields.get('tagging');
  const tags = tagging === undefined ? [] : readTagDocument(tagging);
  if (tags.length > 0) exchange.authorize('s3:PutObjectTagging', bucket.name, key);
  const lock = newLock(exchange, { bucket, key }, context, headers);
  const kept = { ...objectHeaders(headers), ...exchange.encryptionFor({ bucket, key }, context, headers) };
  const claimed = headerChecksum(headers);

  const { folder, objects } = context;
  const body = await storeCopy(folder, fileBytes(form, range), claimed?.algorithm);
  const object = {
    key,
    sizeBytes: body.file.sizeBytes,
    etag: body.md5,
    headers: kept,
    tags,
    lock,
    checksum: body.checksum,
    file: body.file.name,
  };
  const version = await committed(context, [body.file.name], () => {
    if (claimed !== undefined && body.checksum !== undefined) {
      checkClaimedChecksum(claimed.value, body.checksum);
    }
    return objects.create(bucket, object, 'POST Object', exchange.cause());
  });
  sendPosted(exchange, fields, version, { ...writtenHeaders(bucket, version), ...checksumHeaders(version) });
}

function formOf({ incoming }: ServiceRequest): MultipartForm {
  const contentType = incoming.headers['content-type'] ?? '';
  if (incoming.headers['content-length'] === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (!/^multipart\/form-data\s*;/i.test(contentType)) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      details: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
    });
  }
  // a refused form must not take the connection down: the client would never read the refusal
  return new MultipartForm(
    incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>,
    contentType,
  );
}

/** Reads up to the file, which ends the fields: what comes after it is passed over, as in S3. */
async function readFields(form: MultipartForm): Promise<{
  readonly fields: ReadonlyMap<string, string>;
  readonly file: FormPart;
}> {
  const fields = new Map<string, string>();
  for (let part = await form.next(); part !== undefined; part = await form.next()) {
    const name = part.name.toLowerCase();
    if (name === 'file') return { fields, file: part };
    if (fields.has(name)) {
      throw invalidArgument(`the form has two fields ${JSON.stringify(name)}`, name, undefined);
    }
    fields.set(name, await form.text());
  }
  throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
}

/** The exchange, now that the form has said who signs it. */
function signedBy(
  context: S3Context,
  request: ServiceRequest,
  fields: ReadonlyMap<string, string>,
): Exchange {
  return new Exchange({ ...request, principal: request.signerOf(signatureOf(fields)) }, context);
}

/** Both forms of a signature name the access key; only SigV4 names a scope. */
function signatureOf(fields: ReadonlyMap<string, string>): SignedForm {
  const credential = fields.get('x-amz-credential');
  const accessKeyId = fields.get('awsaccesskeyid');
  const field = (name: string) => fields.get(name) ?? missingField(name);
  if (credential === undefined) {
    if (accessKeyId === undefined) {
      throw new S3Error(
        'AccessDenied',
        'the form is not signed: it lacks policy, x-amz-credential and x-amz-signature, as createPresignedPost makes them',
      );
    }
    return { accessKeyId, scope: undefined, value: field('signature'), policy: field('policy') };
  }
  for (const name of ['x-amz-algorithm', 'x-amz-date']) field(name);
  const scope = readScope(credential);
  if (scope === undefined) {
    throw invalidArgument(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      'x-amz-credential',
      credential,
    );
  }
  return { ...scope, value: field('x-amz-signature'), policy: field('policy') };
}

async function* fileBytes(form: MultipartForm, range: SizeRange | undefined): AsyncGenerator<Buffer> {
  const { least, most } = range ?? { least: 0, most: LARGEST_BODY_BYTES };
  let sizeBytes = 0;
  for await (const data of form.content()) {
    sizeBytes += data.length;
    if (sizeBytes > most) {
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
        details: { ProposedSize: sizeBytes, MaxSizeAllowed: most },
      });
    }
    yield data;
  }
  if (sizeBytes < least) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: { ProposedSize: sizeBytes, MinSizeAllowed: least },
    });
  }
  // half a form is no upload
  while ((await form.next()) !== undefined);
}

function missingField(name: string): never {
  throw invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );
}

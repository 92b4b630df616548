import { DoorError } from './door-error.ts';
import { readScope, type Signature, versionOf } from './signature.ts';

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, or SigV2's `AWS AKID:signature`. */
export function readAuthorization(authorization: string): Signature {
  if (authorization.startsWith('AWS4-')) return headerV4(authorization);
  if (authorization.startsWith('AWS ')) return headerV2(authorization);
  throw new DoorError('InvalidArgument', 'Unsupported Authorization Type', 400, {
    ArgumentName: 'Authorization',
    ArgumentValue: authorization,
  });
}

function headerV4(authorization: string): Signature {
  const [algorithm = ''] = authorization.split(' ', 1);
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()];
      }),
  );
  const [credential, signedHeaders, value] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    fields.get(name),
  );
  if (credential === undefined || signedHeaders === undefined || value === undefined) {
    throw malformedHeader(
      'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    );
  }
  const scope = readScope(credential);
  if (scope === undefined) {
    throw malformedHeader(
      `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request", not ${JSON.stringify(credential)}.`,
    );
  }
  return {
    version: versionOf(algorithm),
    place: 'header',
    ...scope,
    signedHeaders: signedHeaders.split(';'),
    value,
  };
}

function headerV2(authorization: string): Signature {
  const [, accessKeyId, value] = /^AWS ([^:\s]+):(\S+)$/.exec(authorization) ?? [];
  if (accessKeyId === undefined || value === undefined) {
    throw new DoorError(
      'InvalidArgument',
      "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature, as in 'Authorization: AWS AKID:c2ln'",
      400,
      { ArgumentName: 'Authorization', ArgumentValue: authorization },
    );
  }
  return { version: 'SigV2', place: 'header', accessKeyId, service: 's3', signedHeaders: [], value };
}

function malformedHeader(why: string): DoorError {
  return new DoorError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`, 400);
}

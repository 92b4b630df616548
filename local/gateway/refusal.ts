import type { ServerResponse } from 'node:http';
import { AwsError } from '../protocols/aws-error.ts';
import { sendQueryRefusal } from '../protocols/query-protocol.ts';
import { errorDocument } from '../s3/error-document.ts';
import { protocolOf, type RequestHead } from './client-protocol.ts';

/** Answers what the door itself refuses, in the client's own protocol. */
export function refuse(
  head: RequestHead,
  response: ServerResponse,
  { requestId, error }: { readonly requestId: string; readonly error: AwsError },
): void {
  // what is left of the body is read over, or the client would wait to send it, and never read the refusal
  response.req.resume();
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, status, message } = error;
  switch (protocolOf(head)) {
    case 's3': {
      const document = errorDocument(error, { path: head.path, requestId });
      response.writeHead(status, {
        'content-type': 'application/xml',
        'content-length': Buffer.byteLength(document),
        'x-amz-request-id': requestId,
      });
      response.end(head.method === 'HEAD' ? undefined : document);
      return;
    }
    case 'query':
      sendQueryRefusal(response, { requestId, error });
      return;
    case 'json': {
      const contentType = head.headers['content-type'] ?? '';
      response.writeHead(status, {
        'content-type': contentType.startsWith('application/x-amz-json') ? contentType : 'application/json',
        'x-amzn-errortype': code,
        'x-amzn-requestid': requestId,
      });
      response.end(JSON.stringify({ __type: code, message }));
    }
  }
}

/** Nobody has signed the request: said with the code that each protocol has for it. @param isVerified whether not every secret does */
export function unsigned(head: RequestHead, isVerified: boolean): AwsError {
  const codes = {
    s3: 'AccessDenied',
    query: 'MissingAuthenticationToken',
    json: 'MissingAuthenticationTokenException',
  };
  return new AwsError(
    codes[protocolOf(head)],
    isVerified
      ? 'the request is not signed; this pipeline was started with --private: give the client the access key and secret that `npx sluice env` prints'
      : 'the request is not signed; give the client any access key and secret, e.g. AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
    403,
  );
}

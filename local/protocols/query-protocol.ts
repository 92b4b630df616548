import type { ServerResponse } from 'node:http';
import type { AwsError } from './aws-error.ts';
import { element, escapeXml } from './xml.ts';

/** An answer of the query protocol: `<SendMessageResponse><SendMessageResult>…</SendMessageResult>…`. */
export interface QueryAnswer {
  readonly requestId: string;
  /** `https://sts.amazonaws.com/doc/2011-06-15/` */
  readonly namespace: string;
  /** `GetCallerIdentity` */
  readonly action: string;
  /** XML; absent for an operation that answers nothing. */
  readonly result: string | undefined;
}

/** @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function sendQueryAnswer(
  response: ServerResponse,
  { requestId, namespace, action, result }: QueryAnswer,
): void {
  const content = result === undefined ? '' : `<${action}Result>${result}</${action}Result>`;
  const metadata = `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`;
  send(
    response,
    200,
    requestId,
    `<${action}Response xmlns="${namespace}">${content}${metadata}</${action}Response>`,
  );
}

export interface QueryRefusal {
  readonly requestId: string;
  readonly error: AwsError;
  /** @default the one that AWS gives faults of no service in particular */
  readonly namespace?: string;
}

/** An error of the query protocol: `<ErrorResponse><Error><Type>Sender</Type><Code>…</Code>…`. */
export function sendQueryRefusal(
  response: ServerResponse,
  {
    requestId,
    error: { code, status, message },
    namespace = 'http://webservices.amazon.com/AWSFault/2005-15-09',
  }: QueryRefusal,
): void {
  const type = element('Type', status < 500 ? 'Sender' : 'Receiver');
  const error = `<Error>${type}${element('Code', code)}<Message>${escapeXml(message)}</Message></Error>`;
  send(
    response,
    status,
    requestId,
    `<ErrorResponse xmlns="${namespace}">${error}${element('RequestId', requestId)}</ErrorResponse>`,
  );
}

function send(response: ServerResponse, status: number, requestId: string, document: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'text/xml',
    'content-length': Buffer.byteLength(document),
    'x-amzn-requestid': requestId,
  });
  response.end(document);
}

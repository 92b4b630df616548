import { notImplemented } from '../protocols/aws-error.ts';
import { isPostForm, isQueryProtocol, type RequestHead } from './client-protocol.ts';

/** Which services there are, by what names them in a request. */
export interface Routes<Service> {
  /** By the first part of `X-Amz-Target`: `AmazonSQS`, `AWSEvents`, `DynamoDB_20120810`. */
  readonly targets: Readonly<Record<string, Service>>;
  /** By the service that the signature names: `s3`, `lambda`, `sts`; asked where there is no `X-Amz-Target`. */
  readonly services: Readonly<Record<string, Service>>;
}

/** @throws AwsError `NotImplemented` that says what is not here */
export function serviceOf<Service>({ targets, services }: Routes<Service>, head: RequestHead): Service {
  const { headers, signature, method, path, query } = head;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const prefix = target.slice(0, target.lastIndexOf('.'));
    if (Object.hasOwn(targets, prefix)) return targets[prefix]!;
    throw notImplemented(target);
  }
  const name = isPostForm(head) ? 's3' : (signature?.service ?? '');
  if (Object.hasOwn(services, name)) return services[name]!;
  // a form's Action is in its body, which nobody has read
  const how = isQueryProtocol(head)
    ? `by the query protocol (Action=${query.get('Action') ?? '…'})`
    : `by ${method} ${path}`;
  throw notImplemented(`service ${JSON.stringify(name)} ${how}`);
}

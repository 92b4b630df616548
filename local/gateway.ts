import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, notImplemented } from './aws-error.ts';
import type { Principal } from './iam.ts';

/** One request that has passed the door: its caller is known, nothing of its body is read. */
export interface ServiceRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path as sent, still percent-encoded: `URL` would fold `a/../b`, which is a valid object key. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The host without its port, lower-cased: `127.0.0.1`, or `my-bucket.localhost`. */
  readonly hostname: string;
  readonly principal: Principal;
  /** Goes into the answer as `x-amzn-requestid` or S3's `x-amz-request-id`, and into an S3 event. */
  readonly requestId: string;
}

/** A service behind the gateway. It answers every request it is given, errors too. */
export interface Service {
  handle(request: ServiceRequest): Promise<void>;
}

export interface GatewayOptions {
  /** By the first part of `X-Amz-Target`: `AmazonSQS`, `AWSEvents`, `DynamoDB_20120810`. */
  readonly targets: Readonly<Record<string, Service>>;
  /** By the service that the signature names: `s3`, `lambda`. */
  readonly services: Readonly<Record<string, Service>>;
  /** Answers paths under `/_sluice/`; these need no signature. */
  readonly control?: Service;
  principalOf(accessKeyId: string): Principal;
  /** Until then every request is told to try again. @default always */
  isReady?(): boolean;
}

const LOOPBACK = /^(127\.0\.0\.1|\[::1\]|localhost|[a-z0-9.-]+\.localhost)$/;

/** The one loopback endpoint behind which all services stand. */
export class Gateway {
  readonly #server: Server;
  readonly #options: GatewayOptions;
  #port = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    // uploads may take as long as they take; an SDK keeps its connections for a while
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (incoming, response) => {
      void this.#receive(incoming, response);
    });
  }

  /** @throws an error with code `EADDRINUSE` when the port is taken @returns the port */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Takes no more connections and ends those that are idle; requests under way get `graceMs` to finish. */
  async close(graceMs = 1_000): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      const request = this.#enter(incoming, response, requestId);
      if (this.#options.isReady?.() === false)
        throw new AwsError('ServiceUnavailable', 'the pipeline is starting', 503);
      await this.#serviceOf(request).handle(request);
    } catch (error) {
      refuse(response, requestId, error);
    }
  }

  /** @throws AwsError when the request does not come from an ordinary client of this machine */
  #enter(incoming: IncomingMessage, response: ServerResponse, requestId: string): ServiceRequest {
    const { host = '', origin } = incoming.headers;
    const colon = host.lastIndexOf(':');
    const hostname = host.slice(0, colon === -1 ? undefined : colon).toLowerCase();
    // a name that merely resolves to this machine is a web page's trick (DNS rebinding)
    if (!LOOPBACK.test(hostname) || host.slice(colon + 1) !== String(this.#port)) {
      throw new AwsError('AccessDenied', `host ${JSON.stringify(host)} is not this endpoint`, 403);
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new AwsError('AccessDenied', `requests from the page ${JSON.stringify(origin)} are refused`, 403);
    }
    const target = incoming.url ?? '/';
    const question = target.indexOf('?');
    const path = question === -1 ? target : target.slice(0, question);
    const query = new URLSearchParams(question === -1 ? '' : target.slice(question + 1));
    const accessKeyId = credentialScope(incoming, query)?.[0];
    if (accessKeyId === undefined && !path.startsWith('/_sluice/')) {
      throw new AwsError(
        'AccessDenied',
        'the request is not signed; give the client any access key and secret, e.g. AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
        403,
      );
    }
    const principal = this.#options.principalOf(accessKeyId ?? '');
    return {
      incoming,
      response,
      method: incoming.method ?? 'GET',
      path,
      query,
      hostname,
      principal,
      requestId,
    };
  }

  #serviceOf({ incoming, path, query }: ServiceRequest): Service {
    const { targets, services, control } = this.#options;
    if (path.startsWith('/_sluice/') && control !== undefined) return control;
    const target = incoming.headers['x-amz-target'];
    if (typeof target === 'string') {
      const prefix = target.slice(0, target.lastIndexOf('.'));
      if (Object.hasOwn(targets, prefix)) return targets[prefix]!;
      throw notImplemented(target);
    }
    const name = credentialScope(incoming, query)?.[3] ?? '';
    if (Object.hasOwn(services, name)) return services[name]!;
    throw notImplemented(`service ${JSON.stringify(name)}`);
  }
}

/** `[accessKeyId, date, region, service, "aws4_request"]` of a signature in the header or in a presigned URL. */
function credentialScope(incoming: IncomingMessage, query: URLSearchParams): string[] | undefined {
  const { authorization } = incoming.headers;
  const credential =
    /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ??
    query.get('X-Amz-Credential') ??
    undefined;
  const parts = credential?.split('/');
  return parts?.length === 5 ? parts : undefined;
}

/** The door's own answers, in both forms that SDKs read: a code in the header, a message in JSON. */
function refuse(response: ServerResponse, requestId: string, error: unknown): void {
  const { code, status, message } =
    error instanceof AwsError ? error : new AwsError('InternalError', (error as Error).message, 500);
  if (!(error instanceof AwsError))
    console.error(
      JSON.stringify({
        level: 'ERROR',
        message: 'request failed',
        request_id: requestId,
        error: String((error as Error)?.stack ?? error),
      }),
    );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-errortype': code,
    'x-amzn-requestid': requestId,
    // the body was not read: the connection cannot carry another request
    connection: 'close',
  });
  response.end(JSON.stringify({ __type: code, message }));
}

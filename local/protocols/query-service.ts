import { AwsError, notImplemented } from './aws-error.ts';
import { readBody } from './request-body.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { sendQueryAnswer, sendQueryRefusal } from './query-protocol.ts';

/** One operation: its parameters as sent, its answer the XML inside `<…Result>` (none for an operation without a result). */
export type QueryOperation = (
  parameters: URLSearchParams,
  request: ServiceRequest,
) => string | undefined | Promise<string | undefined>;

export interface QueryServiceOptions {
  /** For the words of a refusal: `STS`. */
  readonly name: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** Codes that have another name in this protocol. */
  readonly codes?: Readonly<Record<string, string>>;
}

/** A service of the query protocol, where `Action=GetCallerIdentity&Version=2011-06-15` in a form, or in the query, names the operation. */
export function queryService({ name, namespace, operations, codes = {} }: QueryServiceOptions): Service {
  return {
    async handle(request) {
      const { response, requestId, query } = request;
      try {
        const form = (await readBody(request)).toString('utf8');
        const parameters = new URLSearchParams([...query, ...new URLSearchParams(form)]);
        const action = parameters.get('Action');
        if (action === null) {
          throw new AwsError('MissingAction', 'the request names no Action, as in Action=…&Version=…');
        }
        if (!Object.hasOwn(operations, action)) throw notImplemented(`${name} ${action}`);
        const result = await operations[action]!(parameters, request);
        if (response.destroyed) return;
        sendQueryAnswer(response, { requestId, namespace, action, result });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { code, message, status } = error;
        sendQueryRefusal(response, {
          requestId,
          error: new AwsError(codes[code] ?? code, message, status),
          namespace,
        });
      }
    },
  };
}

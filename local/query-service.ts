import { AwsError, notImplemented } from './aws-error.ts';
import { readBody } from './aws-json.ts';
import type { Service, ServiceRequest } from './gateway.ts';
import { sendQueryAnswer, sendQueryRefusal } from './query-protocol.ts';

/** One operation: its parameters as sent, its answer the XML inside `<…Result>` (none for an operation without a result). */
type QueryOperation = (parameters: URLSearchParams, request: ServiceRequest) => string | undefined;

export interface QueryServiceOptions {
  /** For the words of a refusal: `STS`. */
  readonly name: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/** A service of the query protocol, where `Action=GetCallerIdentity&Version=2011-06-15` in a form, or in the query, names the operation. */
export function queryService({ name, namespace, operations }: QueryServiceOptions): Service {
  return {
    async handle(request) {
      const { incoming, response, requestId, query } = request;
      try {
        const form = (await readBody(incoming)).toString('utf8');
        const parameters = new URLSearchParams([...query, ...new URLSearchParams(form)]);
        const action = parameters.get('Action');
        if (action === null) {
          throw new AwsError('MissingAction', 'the request names no Action, as in Action=…&Version=…');
        }
        if (!Object.hasOwn(operations, action)) throw notImplemented(`${name} ${action}`);
        const result = operations[action]!(parameters, request);
        sendQueryAnswer(response, { requestId, namespace, action, result });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        sendQueryRefusal(response, { requestId, error, namespace });
      }
    },
  };
}

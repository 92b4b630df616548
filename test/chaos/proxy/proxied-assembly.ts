import { alteredAssembly, resourcesOf } from '../../support/assembly.ts';

const QUEUE_VARIABLES = ['QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'];

/**
 * The assembly of the tests, with functions whose clients go to another endpoint of this machine: by the variable that every SDK
 * reads, and by the URLs of their queues, to whose host an SQS client goes.
 *
 * @param endpoint `http://127.0.0.1:40123`
 * @returns its folder
 */
export function proxiedAssembly(endpoint: string): string {
  return alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
      Variables['AWS_ENDPOINT_URL'] = endpoint;
      for (const name of QUEUE_VARIABLES) {
        const { Ref } = Variables[name] as { Ref: string };
        const queueName = { 'Fn::GetAtt': [Ref, 'QueueName'] };
        Variables[name] = { 'Fn::Join': ['/', [endpoint, { Ref: 'AWS::AccountId' }, queueName]] };
      }
    }
  });
}

import {
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemblyWith } from '../support/assembly.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { LEDGER_LOCK_CHECK } from './ledger-lock-check.ts';
import { rehearse } from './rehearsal.ts';

let pipeline: PipelineUnderTest;
beforeAll(async () => {
  pipeline = await PipelineUnderTest.start({ assemblyDir: await assemblyWith({ ledgerLock: '30' }) });
});
afterAll(() => pipeline?.[Symbol.asyncDispose]());

/** @param variables what Lambda says that the function was given @default what it was given */
async function printedWith(variables?: Record<string, string>): Promise<string> {
  const lambda = { send: async () => ({ Environment: { Variables: variables } }) } as unknown as LambdaClient;
  const { printed } = await rehearse([LEDGER_LOCK_CHECK], pipeline, {
    clients: variables === undefined ? {} : { lambda },
  });
  return printed.join('\n');
}

describe('the step of the locked ledger', () => {
  test('is as believed of a line that is locked, which is kept', async () => {
    const printed = await printedWith();

    expect(printed).toBe(`  ok  ${LEDGER_LOCK_CHECK.belief}`);
    expect(await pipeline.ledgerLines()).toHaveLength(1);
  });

  test('differs where a line is locked for other days than the stack says', async () => {
    const printed = await printedWith({ LEDGER_LOCK_DAYS: '31' });

    expect(printed).toMatch(/^DIFFERS .*\n {6}\{"days":31,"Retention":\{"Mode":"GOVERNANCE"/);
  });

  test('is not looked at where the stack locks no more', async () => {
    expect(await printedWith({})).toContain('not looked at: the output bucket has Object Lock');
  });

  test('deletes nothing where its object holds lines of others', async () => {
    const { lambda, s3, bucket } = pipeline;
    const { EventSourceMappings: [{ UUID } = {}] = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: pipeline.output('LedgerExporterFunctionName') }),
    );
    const drains = (Enabled: boolean) => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await drains(false);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'of-others.txt', Body: 'x' }));

    const printing = printedWith();
    await waitFor(
      async () => (await pipeline.status()).queues['Sluice-dev-ledger-exporter']?.visible === 2,
      'both events to wait for one batch',
    );
    await drains(true);

    expect(await printing).toContain('its object holds lines of others too');
  });
});

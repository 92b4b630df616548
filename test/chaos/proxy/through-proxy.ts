import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { RuntimeDescription } from '../../../shared/control-api.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { seeded } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { Accounting } from '../accounting/accounting.ts';
import { comesOfAFault } from '../expected-errors.ts';
import { countsText, seedText } from '../figures.ts';
import type { Clients } from '../work/clients.ts';
import { Workload } from '../work/workload.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { FaultProxy } from './fault-proxy.ts';
import { proxiedAssembly } from './proxied-assembly.ts';

export interface ThroughProxyOptions {
  /** How many operations to try. */
  readonly operations: number;
  readonly seed: number;
  /** How many requests of a hundred meet a fault. */
  readonly percent: number;
}

const WORKERS = 8;

/**
 * Works on a pipeline whose every SDK client, the functions' and the uploader's and the command line's, goes through a proxy that
 * disturbs requests; then lets it drain, still disturbed, and holds it against its promise.
 *
 * @returns the figures, as lines @throws Error that says what was broken, and how to do it again
 */
export async function throughProxy({ operations, seed, percent }: ThroughProxyOptions): Promise<string[]> {
  const began = performance.now();
  const random = seeded(seed);
  await using proxy = await FaultProxy.start({ random, percent });
  await using pipeline = await PipelineUnderTest.start({ assemblyDir: proxiedAssembly(proxy.endpoint) });
  proxy.leadTo(pipeline.endpoint);
  using clients = proxiedClients(pipeline, proxy.endpoint);
  const workload = new Workload(random, comesOfAFault);
  const accounting = new Accounting(workload);
  try {
    await accounting.listen(pipeline);
    let left = operations;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left--;
        await workload.step(clients);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    await pipeline.drain();
    proxy.calm();
    await accounting.settle(pipeline);
    const lines = await accounting.close(pipeline);
    const missing = FAULT_KINDS.filter((kind) => !proxy.counts.has(kind));
    if (missing.length > 0) throw new Error(`no request met ${missing.join(', ')}: try more operations`);
    return [
      `seed ${seedText(seed)}, ${operations} operations in ${((performance.now() - began) / 1_000).toFixed(0)} s`,
      `operations       ${countsText(workload.done)}; not answered ${workload.unanswered}`,
      `requests         ${proxy.requests}, of which ${proxy.counts.values().reduce((sum, one) => sum + one, 0)} met a fault: ${percent} in 100, until all has drained`,
      `faults           ${countsText(proxy.counts)}`,
      ...lines,
    ];
  } catch (error) {
    const faults = `faults=[${countsText(proxy.counts)}]`;
    const again = `npm run chaos -- --seed ${seedText(seed)} --through-proxy ${operations}`;
    throw new Error(`FAIL ${(error as Error).message} seed=${seedText(seed)} ${faults} -> ${again}`, {
      cause: error,
    });
  }
}

/** Clients of the pipeline that go to the proxy; `sluice` is led there by a copy of what the runtime has written down. */
function proxiedClients(pipeline: PipelineUnderTest, endpoint: string): Clients & Disposable {
  const options = { endpoint, region: 'us-east-1', credentials: pipeline.credentials };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sqs = new SQSClient(options);
  const events = new EventBridgeClient(options);
  const dataDir = temporaryFolder('proxied');
  cpSync(join(pipeline.dataDir, 'runtime.json'), join(dataDir, 'runtime.json'));
  const description = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as RuntimeDescription;
  writeFileSync(join(dataDir, 'runtime.json'), JSON.stringify({ ...description, endpoint }));
  return {
    s3,
    sqs,
    events,
    bucket: pipeline.bucket,
    dataDir,
    output: (name) => pipeline.output(name),
    [Symbol.dispose]: () => {
      for (const client of [s3, sqs, events]) client.destroy();
    },
  };
}

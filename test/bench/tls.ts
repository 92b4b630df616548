import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleHandler } from '../../infra/bundle.ts';
import { selfSigned } from './self-signed.ts';
import type { Taken, Task } from './tls-child.ts';
import { tlsReport, type Result } from './tls-report.ts';
import type { FromServer } from './tls-server.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
/** The first invocation of a process compiles, and is not counted. */
const WARM_UP_BLOCKS = 2;

type Mode = 'discarded' | 'twin' | 'kernel';

interface Contestant {
  readonly name: string;
  readonly mode: Mode;
  readonly bundle: string;
}

/**
 * CPU seconds of the row counter's bundle for each gigabyte that it counts, read over HTTPS from another process, beside
 * reading and discarding: the kernel and its twin, of this checkout and of another, in turn.
 *
 * @param against another checkout, whose counter takes part too
 */
export async function countOverTls(bytes: number, rounds: number, against?: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-tls-'));
  const identity = selfSigned();
  await writeFile(join(folder, 'cert.pem'), identity.cert);
  const server = fork(join(import.meta.dirname, 'tls-server.ts'));
  try {
    server.send(identity);
    const [hello] = (await once(server, 'message')) as [FromServer];
    if (!('port' in hello)) throw new Error('the server did not say where it is');
    const contestants = await contestantsOf(folder, against);
    const entries = hello.blocks.flatMap((block) =>
      contestants.map((contestant) => ({
        contestant,
        result: {
          block,
          contestant: contestant.name,
          cpuSeconds: [],
          peakBytes: [],
        } satisfies Result as Result,
      })),
    );
    const environment = environmentOf(hello.port, join(folder, 'cert.pem'));
    for (let round = 0; round < rounds; round++) {
      for (const { contestant, result } of entries) {
        await runOne(contestant, result, { bytes, environment, server });
      }
    }
    return tlsReport(entries.map(({ result }) => result));
  } finally {
    server.kill();
    await rm(folder, { recursive: true });
  }
}

async function contestantsOf(folder: string, against: string | undefined): Promise<Contestant[]> {
  const bundleOf = (projectDir: string, name: string): string => {
    bundleHandler({ name: 'csv-row-counter' }, projectDir, join(folder, name));
    return join(folder, name, 'index.mjs');
  };
  const ours = bundleOf(PROJECT_DIR, 'ours');
  const theirs = against === undefined ? undefined : bundleOf(resolve(against), 'theirs');
  const contestants = (mode: Mode): Contestant[] => [
    { name: mode, mode, bundle: ours },
    ...(theirs === undefined ? [] : [{ name: `other ${mode}`, mode, bundle: theirs }]),
  ];
  // what is compared runs side by side
  return [
    { name: 'discarded', mode: 'discarded', bundle: ours },
    ...contestants('twin'),
    ...contestants('kernel'),
  ];
}

/** What the handler asks for when it is loaded, and where its S3 and DynamoDB are. */
function environmentOf(port: number, certificate: string): NodeJS.ProcessEnv {
  return {
    NODE_EXTRA_CA_CERTS: certificate,
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    CONSUMER_NAME: 'csv-row-counter',
    KEEPS: '"nothing"',
    CSV_DELIMITER: ',',
    DEAD_LETTER_QUEUE_URL: 'https://sqs/dead',
    MAX_RECEIVE_COUNT: '5',
    QUEUE_URL: 'https://sqs/queue',
    TABLE_NAME: 'rows',
    TOMBSTONE_TTL_DAYS: '90',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  };
}

interface Surroundings {
  readonly bytes: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly server: ChildProcess;
}

/** In a process of its own, with the flags that the function is deployed with. */
async function runOne(
  contestant: Contestant,
  { block, cpuSeconds, peakBytes }: Result,
  { bytes, environment, server }: Surroundings,
): Promise<void> {
  const child = fork(join(import.meta.dirname, 'tls-child.ts'), [contestant.bundle, contestant.mode], {
    execArgv: ['--enable-source-maps', '--expose-gc'],
    env: environment,
  });
  try {
    await answerOf(child);
    const times = Math.ceil(bytes / block.decodedBytes);
    for (const repeated of [WARM_UP_BLOCKS, times]) {
      let rows: number | undefined;
      const note = (message: FromServer): void => {
        if ('row' in message) rows = Number(message.row['row_count']?.['N']);
      };
      server.on('message', note);
      const [name = '', ending] = block.name.split('.');
      const key = `csv/${repeated}/${name}.csv${ending === undefined ? '' : `.${ending}`}`;
      child.send({ key, size: block.storedBytes * repeated } satisfies Task);
      const taken = (await answerOf(child)) as Taken;
      server.off('message', note);
      // a counter that does not know the coding yet has read other bytes, and what it took says nothing
      if (contestant.mode !== 'discarded' && rows !== block.rows * repeated) return;
      if (repeated === times) {
        cpuSeconds.push((taken.cpuMs * 1e6) / (block.decodedBytes * times));
        peakBytes.push(taken.peakBytes);
      }
    }
  } finally {
    child.kill();
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the counter's process ended with ${String(code)}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

import { styleText } from 'node:util';
import { consumersByFunction } from './consumer-names.ts';
import { inspectionOf } from './inspection.ts';
import { ObjectLines } from './object-lines.ts';
import { readySummary } from './ready-summary.ts';
import { reportTrouble } from './report-trouble.ts';
import { Runtime } from '../../local/runtime.ts';
import { Reloading } from './reloading.ts';
import { parseStartOptions, START_HELP } from './start-options.ts';
import { synthesizeIfStale } from './synth.ts';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';
import { onParentGone } from '../../shared/parent-gone.ts';

/** @param text of one line or several, which may repeat what a user wrote */
const progress = (text: string) =>
  void process.stderr.write(`${text.split('\n').map(terminalJson).join('\n')}\n`);
/** Has been made safe for the terminal. */
const print = (line: string) => void process.stderr.write(`${line}\n`);

/** @returns the exit code: 0 stopped as asked, 1 could not start, 2 the command line is wrong */
async function main(args: readonly string[]): Promise<number> {
  const options = parseStartOptions(args);
  if (options === undefined) {
    process.stdout.write(START_HELP);
    return 0;
  }
  const stopped = stopSignal();
  const directory = options.assembly ?? 'cdk.out';
  const synth = { projectDir: process.cwd(), directory, stage: options.stage };
  if (options.assembly === undefined && (await synthesizeIfStale(synth))) {
    progress('synthesized the template, since its sources have changed');
  }
  const inspect = options.inspect === undefined ? undefined : await inspectionOf(options.inspect, print);
  let runtime: Runtime | undefined;
  const lines =
    options.follow === 'objects'
      ? new ObjectLines({ print, functionsFor: (eventText) => runtime?.answers.functionsFor(eventText) })
      : undefined;
  runtime = await Runtime.start({
    assemblyDir: directory,
    dataDir: options.dataDir,
    port: options.port,
    region: options.region,
    fresh: options.fresh,
    ...(inspect !== undefined && { inspect }),
    ...(options.follow === 'logs' && { onLog: showLog }),
    ...(lines !== undefined && {
      onLog: (functionName, line) => lines.log(functionName, line),
      onTried: (messages) => lines.tried(messages),
    }),
  });
  const description = runtime.description();
  process.stdout.write(
    options.json
      ? `${terminalJson(JSON.stringify(description))}\n`
      : readySummary(description, options.follow),
  );
  lines?.start(consumersByFunction(runtime.plan));
  const nameConsumers = (): void => {
    if (lines !== undefined) lines.consumers = consumersByFunction(runtime.plan);
  };
  const reloading = options.watch
    ? new Reloading({ ...synth, runtime, print, onReload: nameConsumers })
    : undefined;
  await stopped;
  progress('stopping …');
  await reloading?.stop();
  await runtime.stop();
  lines?.stop();
  return 0;
}

/** Resolves at the first Ctrl-C or SIGTERM, and when the `npm` that started this is gone; a second signal ends the process at once. */
async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
    onParentGone(resolve);
  });
}

/** Metrics are lines of a log too (CloudWatch reads them there); a person has no use for them. */
function showLog(functionName: string, line: string): void {
  if (line.includes('"_aws"')) return;
  // what is JSON stays JSON
  const text = line.startsWith('{') ? terminalJson(line) : terminalText(line.replaceAll('\t', '  '));
  print(`${styleText('dim', functionName)} ${text}`);
}

reportTrouble('npm start', () => main(process.argv.slice(2)));

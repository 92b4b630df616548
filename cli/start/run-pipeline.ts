import { once } from 'node:events';
import { styleText } from 'node:util';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { Runtime } from '../../local/runtime.ts';
import { isCountsLine } from '../../shared/log-fields.ts';
import { terminalJson, terminalText } from '../../shared/terminal-text.ts';
import type { ConsoleServer } from '../console/console-server.ts';
import { appOf, type App } from './app.ts';
import { consoleBeside } from './console-beside.ts';
import { consumersByFunction } from './consumer-names.ts';
import { inspectionOf } from './inspection.ts';
import { ObjectLines } from './object-lines.ts';
import { readySummary } from './ready-summary.ts';
import { Reloading } from './reloading.ts';
import type { StartOptions } from './start-options.ts';
import { synthesizeAnew, synthesizeIfStale } from './synth.ts';

/** @param text of one line or several, which may repeat what a user wrote */
const progress = (text: string) =>
  void process.stderr.write(`${text.split('\n').map(terminalJson).join('\n')}\n`);
/** Has been made safe for the terminal. */
const print = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Synthesizes what has to be, and runs it until it is told to stop.
 *
 * @throws what `reportTrouble` has words for
 */
export async function runPipeline(options: StartOptions, stop: AbortSignal): Promise<void> {
  const { context, region, dataDir } = options;
  const app =
    options.assembly === undefined
      ? appOf({ projectDir: process.cwd(), context, account: ACCOUNT_ID, region, dataDir })
      : undefined;
  const directory = options.assembly ?? app?.synth.directory ?? '';
  if (app !== undefined) await synthesized(app, stop);
  if (stop.aborted) return;
  const inspect = options.inspect === undefined ? undefined : await inspectionOf(options.inspect, print);
  let runtime: Runtime | undefined;
  const lines =
    options.follow === 'objects'
      ? new ObjectLines({ print, functionsFor: (eventText) => runtime?.answers.functionsFor(eventText) })
      : undefined;
  runtime = await Runtime.start({
    assemblyDir: directory,
    dataDir,
    port: options.port,
    region,
    fresh: options.fresh,
    stack: options.stack,
    isPrivate: options.isPrivate,
    ...(inspect !== undefined && { inspect }),
    ...(options.follow === 'logs' && { onLog: showLog }),
    ...(lines !== undefined && {
      onLog: (functionName, line) => lines.log(functionName, line),
      onTried: (messages) => lines.tried(messages),
    }),
  });
  const description = runtime.description();
  let console: ConsoleServer | undefined;
  try {
    if (options.console !== undefined) console = await consoleBeside(description, options.console, progress);
  } catch (error) {
    await runtime.stop();
    throw error;
  }
  process.stdout.write(
    options.json
      ? `${terminalJson(JSON.stringify(description))}\n`
      : readySummary(description, options.follow, console?.url, options.isPrivate),
  );
  if (options.json && console !== undefined) print(console.url);
  lines?.start(consumersByFunction(runtime.plan));
  const nameConsumers = (): void => {
    if (lines !== undefined) lines.consumers = consumersByFunction(runtime.plan);
  };
  const reloading =
    options.watch && app !== undefined
      ? new Reloading({ app, runtime, print, onReload: nameConsumers })
      : undefined;
  if (!stop.aborted) await once(stop, 'abort');
  progress('stopping …');
  // its verbs speak to the runtime
  await console?.stop();
  await reloading?.stop();
  await runtime.stop();
  lines?.stop();
}

/** Makes the assembly what the sources now say. @throws SynthError */
async function synthesized(app: App, stop: AbortSignal): Promise<void> {
  const run = async (directory: string): Promise<void> => app.run(directory, stop);
  try {
    if (!app.hasKnownSources) {
      progress(`synthesizing the app of ${app.place} …`);
      await synthesizeAnew(app.synth, run);
    } else if (await synthesizeIfStale(app.synth, run)) {
      progress('synthesized the template, since its sources have changed');
    }
  } catch (error) {
    // Ctrl-C has ended the app too
    if (!stop.aborted) throw error;
  }
}

/** Metrics are lines of a log too (CloudWatch reads them there); a person has no use for them. */
function showLog(functionName: string, line: string): void {
  if (isCountsLine(line)) return;
  // what is JSON stays JSON
  const text = line.startsWith('{') ? terminalJson(line) : terminalText(line.replaceAll('\t', '  '));
  print(`${styleText('dim', functionName)} ${text}`);
}

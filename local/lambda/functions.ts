import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionHealth } from '../../shared/control-api.ts';
import type { Clock } from '../clock.ts';
import type { Service } from '../gateway.ts';
import { log, logError } from '../log.ts';
import { keptLine } from '../logs/kept-log.ts';
import type { Principal } from '../iam.ts';
import type { EventSourceMappingPlan, Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { Attempts, type TriedMessage } from './attempts.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import type { PolledQueue } from './source-queue.ts';
import { checkFailureDestinations, type SendFailure } from './failed-event.ts';
import { LogFile } from './function-log.ts';
import { inspectorUrl, type Inspection } from './inspector.ts';
import { LambdaFunction } from './lambda-function.ts';
import { MappingSwitches } from './mapping-switches.ts';
import { lambdaService } from './lambda-protocol.ts';
import { SwitchedMapping } from './switched-mapping.ts';
import { Watchdog } from './watchdog.ts';

export interface FunctionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly plan: Plan;
  /** Where the logs are kept. */
  readonly logFolder: string;
  /** Called with every line that a function logs. */
  readonly onLog?: ((functionName: string, line: string) => void) | undefined;
  /** Called with what was tried, in the transaction that records it: only to take note. */
  readonly onTried?: ((messages: readonly TriedMessage[]) => void) | undefined;
  readonly queueOf: (queueArn: string) => PolledQueue;
  readonly sendFailure: SendFailure;
  /** The function that a debugger may attach to. @default none */
  readonly inspection?: Inspection | undefined;
}

// how often to look, at a stop, whether invocations have ended
const LOOK_AGAIN_MS = 10;

/** The functions of the template, what polls for them, and what invokes them. */
export class Functions {
  readonly service: Service;
  /** What was tried with messages of the mapped queues. */
  readonly attempts: Attempts;
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #mappings: readonly SwitchedMapping[];
  readonly #asyncInvocations: AsyncInvocations;
  readonly #byAccessKey: ReadonlyMap<string, LambdaFunction>;
  readonly #logFiles: ReadonlyMap<string, LogFile>;
  readonly #watchdog: Watchdog;

  /** @throws UnsupportedFeatureError for what AWS would refuse too */
  constructor(options: FunctionsOptions) {
    const { store, clock, plan, logFolder, onLog, onTried, queueOf, sendFailure } = options;
    const { endpoint, region, accountId } = plan;
    const watchdog = new Watchdog();
    this.attempts = new Attempts(store);
    this.#watchdog = watchdog;
    const logGroups = new Set(plan.functions.map(({ logGroupName }) => logGroupName));
    this.#logFiles = new Map(
      [...logGroups].map((name) => [
        name,
        new LogFile(logFolder, name, undefined, (file) => {
          new Tally(store).add('dropped-logs');
          log('the older of the two files of a log is gone, since the newer one was full', { file });
        }),
      ]),
    );
    this.#functions = new Map(
      plan.functions.map((ofPlan) => {
        const { name, logGroupName } = ofPlan;
        const inspection = options.inspection?.functionName === name ? options.inspection : undefined;
        const onLine = (line: string): void => {
          this.#logFiles.get(logGroupName)?.write(keptLine(clock.now(), line));
          onLog?.(name, line);
          const url = inspection === undefined ? undefined : inspectorUrl(line);
          if (url !== undefined) inspection?.onListening(url);
        };
        const lambda = new LambdaFunction({
          plan: ofPlan,
          endpoint,
          region,
          accountId,
          watchdog,
          onLine,
          inspectorPort: inspection?.port,
        });
        checkFailureDestinations(lambda);
        return [name, lambda];
      }),
    );
    this.#byAccessKey = new Map([...this.#functions.values()].map((lambda) => [lambda.accessKeyId, lambda]));
    const switches = new MappingSwitches(store, clock);
    this.#mappings = plan.mappings.map((mapping) => {
      const lambda = this.#functions.get(mapping.functionName);
      if (lambda === undefined) {
        throw new Error(`an event source mapping names no function: ${mapping.functionName}`);
      }
      checkVisibility(plan, mapping, lambda);
      const polling = new EventSourceMapping(
        mapping,
        lambda,
        queueOf(mapping.queueArn),
        clock,
        (messages) => {
          this.attempts.add(messages);
          onTried?.(messages);
        },
      );
      return new SwitchedMapping({
        plan: mapping,
        functionArn: lambda.plan.arn,
        mapping: polling,
        switches,
      });
    });
    this.#asyncInvocations = new AsyncInvocations(store, clock, this.#functions, sendFailure);
    this.service = lambdaService(this.#functions, this.#mappings, this.#asyncInvocations);
  }

  /** Whose key a request was signed with, if it is a function's. */
  principalOf(accessKeyId: string): Principal | undefined {
    return this.#byAccessKey.get(accessKeyId)?.principal;
  }

  start(): void {
    for (const mapping of this.#mappings) mapping.start();
    this.#asyncInvocations.start();
  }

  /** Loads every handler, so that the first upload does not wait for it. */
  async prewarm(): Promise<void> {
    for (const lambda of this.#functions.values()) {
      // its invocations will say why
      await lambda.prewarm().catch((error: unknown) => {
        const { name } = lambda.plan;
        const message = 'a function cannot be started ahead of its first event';
        logError(message, { function: name, error });
      });
    }
  }

  /** Whether an invocation runs. */
  isBusy(): boolean {
    return (
      [...this.#functions.values()].some(({ inHand }) => inHand > 0) || this.#asyncInvocations.running > 0
    );
  }

  /** The queues that messages are taken from now. */
  polledQueues(): readonly string[] {
    return this.#mappings.filter(({ isEnabled }) => isEnabled).map(({ plan }) => plan.queueArn);
  }

  /** By function; counts are since the start. */
  health(): Readonly<Record<string, FunctionHealth>> {
    return Object.fromEntries(
      [...this.#functions].map(([name, { invocations, errors, inHand, startFailure }]) => {
        const mappings = this.#mappings.filter(({ plan }) => plan.functionName === name);
        const trouble = mappings.find((one) => one.trouble !== undefined)?.trouble;
        const lastFailure = this.attempts.lastFailure(name);
        return [
          name,
          {
            invocations,
            errors,
            inHand,
            failed: this.attempts.failed(name),
            retrying: mappings.reduce((sum, { plan }) => sum + this.attempts.retrying(plan.queueArn), 0),
            ...(lastFailure !== undefined && { lastFailure }),
            ...(startFailure !== undefined && { startFailure }),
            ...(trouble !== undefined && { trouble }),
          },
        ];
      }),
    );
  }

  /** Asynchronous invocations that are not done with. */
  pendingAsync(): number {
    return this.#asyncInvocations.pending();
  }

  /** Takes no more work, gives what runs `graceMs` to end, and ends the processes. What is unfinished comes again. */
  async stop(graceMs = 3_000): Promise<void> {
    for (const mapping of this.#mappings) mapping.stop();
    this.#asyncInvocations.stop();
    const deadline = performance.now() + graceMs;
    while (this.isBusy() && performance.now() < deadline) await pause(LOOK_AGAIN_MS);
    await Promise.all([...this.#functions.values()].map(async (lambda) => lambda.stop()));
    this.#watchdog.stop();
    for (const file of this.#logFiles.values()) file.close();
  }
}

/** @throws UnsupportedFeatureError when a message would come again while the function may still be at it */
function checkVisibility(plan: Plan, { queueArn }: EventSourceMappingPlan, lambda: LambdaFunction): void {
  const queue = plan.queues.find(({ arn }) => arn === queueArn);
  const { name, timeoutSeconds } = lambda.plan;
  if (queue === undefined || queue.visibilityTimeoutSeconds >= timeoutSeconds) return;
  throw new UnsupportedFeatureError(
    `the event source mapping of ${name}: the visibility timeout of ${queueArn}, ${queue.visibilityTimeoutSeconds} s, is less than the function's timeout, ${timeoutSeconds} s, and AWS would refuse it`,
    'make it six times the timeout, plus the batching window',
  );
}

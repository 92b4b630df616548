import type { Context } from 'aws-lambda';
import type { InvocationResult } from '../../../local/lambda/invocation.ts';
import type { InvokeOptions } from '../../../local/lambda/lambda-function.ts';
import type { FunctionPlan } from '../../../local/plan.ts';
import type { Handler } from '../../../functions/batch/invocation.ts';
import type { ConsumerName } from '../history/expectation.ts';
import type { Breakage } from '../breakage.ts';
import type { Chance } from '../chance.ts';
import type { Injector } from '../injector.ts';
import type { Trace } from '../trace.ts';
import { never, underWay, type Invocation } from './invocation.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface FunctionGround {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly injector: Injector;
  readonly trace: Trace;
  readonly breakage: Breakage;
}

interface Payload {
  readonly Records: readonly { readonly body: string; readonly attributes: Record<string, string> }[];
}

const MOST_ENVIRONMENTS = 10;
const DAY_MS = 86_400_000;
/** Of all the calls of a batch: a record makes one or two. */
const MOST_CALLS_BEFORE_A_CRASH = 12;

/** A Lambda function whose handler is the real one, in this process: with crashes, timeouts and clocks that are off. */
export class FunctionUnderSimulation {
  readonly isInspected = false;
  readonly hasIdleEnvironment = true;
  readonly concurrency: number;
  readonly plan: FunctionPlan;
  readonly principal: object;
  /** Under way. */
  readonly invocations = new Set<Invocation>();
  invoked = 0;
  delivered = 0;
  readonly #consumer: ConsumerName;
  readonly #handler: Handler;
  readonly #ground: FunctionGround;

  constructor(
    consumer: ConsumerName,
    plan: FunctionPlan,
    accountId: string,
    handler: Handler,
    ground: FunctionGround,
  ) {
    this.#consumer = consumer;
    this.#handler = handler;
    this.#ground = ground;
    this.plan = plan;
    this.concurrency = Math.min(plan.reservedConcurrency ?? MOST_ENVIRONMENTS, MOST_ENVIRONMENTS);
    const { name: functionName, arn: functionArn, roleName, statements } = plan;
    this.principal = { kind: 'role', roleName, functionName, functionArn, accountId, statements };
  }

  async invoke(payload: string, { onBegin }: InvokeOptions = {}): Promise<InvocationResult> {
    const { clock, chance, trace } = this.#ground;
    const event = JSON.parse(payload) as Payload;
    const question = questionOf(event);
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const { timeoutSeconds } = this.plan;
    const invocation = this.#begin(question, event, (errorType) => {
      if (!this.invocations.delete(invocation)) return;
      invocation.isDead = true;
      trace.add(`${clock.now()} ${this.#consumer} dies ${errorType} ${question}`);
      resolve({ payload: JSON.stringify({ errorType }), functionError: 'Unhandled', logTail: '' });
    });
    invocation.waiting++;
    await new Promise<void>((begin) => {
      clock.after(1 + chance.below(`start|${this.#consumer}|${question}`, 80), begin);
    });
    invocation.waiting--;
    if (invocation.isDead) return await never();
    onBegin?.();
    this.invoked++;
    this.delivered += event.Records.length;
    trace.add(`${clock.now()} ${this.#consumer} begins ${event.Records.length} ${question}`);
    const endsAtMs = clock.now() + timeoutSeconds * 1_000;
    const cancel = clock.after(timeoutSeconds * 1_000, () => invocation.die('Sandbox.Timedout'));
    const context = contextOf(this.plan, () => endsAtMs - clock.now());
    void underWay
      .run(invocation, async () => this.#handler(event, context))
      .then(
        (value) => end({ payload: this.#ground.breakage.answer(JSON.stringify(value ?? null)), logTail: '' }),
        ({ name: errorType, message: errorMessage }: Error) =>
          end({
            payload: JSON.stringify({ errorType, errorMessage }),
            functionError: 'Unhandled',
            logTail: '',
          }),
      );
    const end = (result: InvocationResult): void => {
      // what a dead process would have answered
      if (!this.invocations.delete(invocation)) return;
      cancel();
      trace.add(`${clock.now()} ${this.#consumer} ends ${question}`);
      resolve(result);
    };
    return await promise;
  }

  /** As `kill -9` of the runtime does, whose children end with it. */
  kill(): void {
    for (const invocation of this.invocations) invocation.isDead = true;
    this.invocations.clear();
  }

  #begin(question: string, event: Payload, die: (errorType: string) => void): Invocation {
    const { chance, injector } = this.#ground;
    const asked = `${this.#consumer}|${question}`;
    const invocation: Invocation = {
      consumer: this.#consumer,
      question,
      skewMs: injector.strikes('clock-skew', asked) ? chance.below(`skew|${asked}`, 2 * DAY_MS) - DAY_MS : 0,
      crash: this.#crashOf(asked, event),
      isStuck: injector.strikes('function-timeout', asked),
      calls: 0,
      waiting: 0,
      isDead: false,
      die,
    };
    this.invocations.add(invocation);
    return invocation;
  }

  #crashOf(asked: string, { Records: records }: Payload): Invocation['crash'] {
    const { chance, injector } = this.#ground;
    // it takes the function down each time, until the faults are over
    const isDeadly = records.some(({ body }) => this.#isDeadly(body));
    if (isDeadly) {
      injector.count('deadly-record');
      return { at: 1, isAfter: false };
    }
    const struck = injector.first(['crash-before-call', 'crash-after-call'], asked);
    if (struck === undefined) return undefined;
    // counted when it happens: a batch may have fewer calls
    injector.discount(struck);
    const calls = Math.min(records.length * 2, MOST_CALLS_BEFORE_A_CRASH);
    return { at: 1 + chance.below(`crash|${asked}`, calls), isAfter: struck === 'crash-after-call' };
  }

  #isDeadly(body: string): boolean {
    const { chance, injector } = this.#ground;
    const id = /"id":"(e\d+)"/.exec(body)?.[1];
    if (id === undefined || injector.isOver) return false;
    // in a batch of a thousand one is enough
    const rate = injector.rateOf('deadly-record') / (this.#consumer === 'ledger-exporter' ? 20 : 1);
    return chance.of(`deadly|${this.#consumer}|${id}`) < rate;
  }
}

/** Which messages, and the how-manieth time: of the first, and how many. */
function questionOf({ Records: records }: Payload): string {
  const [first] = records;
  const id = /"id":"(e\d+)"/.exec(first?.body ?? '')?.[1] ?? 'poison';
  return `${id}+${records.length} try ${first?.attributes['ApproximateReceiveCount']}`;
}

function contextOf({ name, arn, memoryMb, logGroupName }: FunctionPlan, remainingMs: () => number): Context {
  return {
    awsRequestId: 'simulated',
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    logGroupName,
    logStreamName: 'simulated',
    getRemainingTimeInMillis: remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

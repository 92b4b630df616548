import { ACCOUNT_ID } from './account-id.ts';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { readAssembly } from './assembly.ts';
import { RuntimeClock } from './clock.ts';
import { Dynalite } from './dynamodb/dynalite.ts';
import { controlService } from './control/control-service.ts';
import { removeRuntimeJson, writeRuntimeJson } from './control/runtime-json.ts';
import { claimDataFolder } from './storage/data-folder.ts';
import { emptyDataFolder } from './storage/fresh.ts';
import { Gateway } from './gateway.ts';
import { log } from './log.ts';
import { OperatorRoleKeys } from './operator-role-keys.ts';
import { planChanges, refuseRestarts, type PlanChange } from './plan-changes.ts';
import type { Plan } from './plan.ts';
import type { RuntimeDescription } from '../shared/control-api.ts';
import { RuntimeAnswers } from './control/runtime-answers.ts';
import { keepTime, readTime } from './time/saved-clock.ts';
import { servedBy, startServices, type Ground, type ServiceOptions, type Services } from './services.ts';
import { StartSecrets } from './start-secrets.ts';
import { damaged, Store } from './store.ts';
import { TimeTravel } from './control/time-travel.ts';
import { Workload } from './control/workload.ts';

export interface RuntimeOptions extends ServiceOptions {
  /** The cloud assembly to run. */
  readonly assemblyDir: string;
  /** Which stack of the assembly. @default the only one, or the only one with a pipeline */
  readonly stack?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly region: string;
  /** Empty the data folder first. */
  readonly fresh?: boolean;
  /** Verify every signature, against a secret of this start. @default false: any access key and secret do */
  readonly isPrivate?: boolean;
}

/** The pipeline of a synthesized template, running on this machine. */
export class Runtime {
  #plan: Plan;
  /** As it was chosen at the start. */
  #stack: string | undefined;
  readonly workload: Workload;
  readonly answers: RuntimeAnswers;
  readonly timeTravel: TimeTravel;
  readonly controlToken = randomBytes(16).toString('hex');
  readonly #store: Store;
  readonly #clock: RuntimeClock;
  readonly #gateway: Gateway;
  readonly #services: Services;
  readonly #secrets: StartSecrets | undefined;
  readonly #roleKeys: OperatorRoleKeys;

  private constructor(
    plan: Plan,
    { store, clock, secrets }: Pick<Ground, 'clock' | 'secrets' | 'store'>,
    gateway: Gateway,
    services: Services,
  ) {
    this.#plan = plan;
    this.#store = store;
    this.#clock = clock;
    this.#secrets = secrets;
    this.#roleKeys = new OperatorRoleKeys(secrets ?? new StartSecrets(), () => this.#plan);
    this.#gateway = gateway;
    this.#services = services;
    this.workload = new Workload(services);
    const { workload } = this;
    this.answers = new RuntimeAnswers({
      ...services,
      store,
      clock,
      workload,
      mappings: () => this.#plan.mappings,
    });
    this.timeTravel = new TimeTravel(clock, workload);
  }

  /**
   * Starts everything that the template says; resolves when it takes requests.
   *
   * @throws PortTakenError, and what `Store`, `readAssembly` and `DynamoDb` throw; nothing stays running then
   */
  static async start(options: RuntimeOptions): Promise<Runtime> {
    const { dataDir, fresh = false } = options;
    claimDataFolder(dataDir);
    if (fresh) emptyDataFolder(dataDir);
    try {
      return await Runtime.#begin(options);
    } catch (error) {
      throw damaged(error, dataDir) ?? error;
    }
  }

  /** @param options of a data folder that is claimed */
  static async #begin(options: RuntimeOptions): Promise<Runtime> {
    const { assemblyDir, dataDir, port, region, stack, isPrivate = false } = options;
    const secrets = isPrivate ? new StartSecrets() : undefined;
    // when a step fails, what those before it have begun ends
    await using begun = new AsyncDisposableStack();
    const store = begun.adopt(new Store(dataDir), (opened) => opened.close());
    const clock = begun.adopt(
      new RuntimeClock({ saved: readTime(store), keep: (beat) => keepTime(store, beat) }),
      (beating) => beating.stop(),
    );
    clock.startBeating((error) => log('the running time cannot be kept', { error }));
    const folder = join(dataDir, 'dynamodb');
    const tableStoreOptions = { region, accountId: ACCOUNT_ID, folder, clock, log };
    const tableStore = Dynalite.start(tableStoreOptions);
    begun.defer(async () => (await tableStore.catch(() => undefined))?.stop());
    const gateway = begun.adopt(new Gateway(), (listening) => listening.close(0));
    const endpoint = `http://127.0.0.1:${await gateway.listen(port)}`;
    const plan = readAssembly({
      directory: assemblyDir,
      stack,
      endpoint,
      region,
      accountId: ACCOUNT_ID,
      onPassedOver: (line) => log(line, {}),
    });
    const ground = { options, plan, store, clock, endpoint, secrets, tableStore, tableStoreOptions };
    const services = await startServices(ground, begun);
    const runtime = new Runtime(plan, ground, gateway, services);
    runtime.#stack = stack;
    runtime.#open();
    begun.move();
    return runtime;
  }

  /** Takes requests, and begins with what the services do by themselves. */
  #open(): void {
    const { s3, bus, dynamoDb, functions, wouldSend, measures, flow } = this.#services;
    this.#gateway.serve(
      servedBy(
        this.#services,
        { store: this.#store, clock: this.#clock, secrets: this.#secrets },
        this.#roleKeys,
        () => this.#plan,
        controlService(this),
      ),
    );
    bus.start();
    functions.start();
    s3.startLifecycle();
    wouldSend.start();
    dynamoDb.startSweeping();
    measures.start(() => flow.measure());
    this.#writeDown();
    void functions.prewarm();
  }

  /** The template as it is now. */
  get plan(): Plan {
    return this.#plan;
  }

  /**
   * Becomes what another assembly says, without a stop: what is kept stays, messages in flight end with the old code,
   * the next ones get the new. One reload at a time.
   *
   * @returns what has changed; nothing when the assembly says the same
   * @throws RestartNeededError, and what `readAssembly` and `Functions.prepare` throw; what runs is as before then
   */
  async reload(assemblyDir: string): Promise<readonly PlanChange[]> {
    const before = this.#plan;
    const { endpoint, region, accountId } = before;
    const plan = readAssembly({ directory: assemblyDir, stack: this.#stack, endpoint, region, accountId });
    const changes = planChanges(before, plan);
    if (changes.length === 0) return changes;
    refuseRestarts(before, plan);
    const { s3, sqs, bus, dynamoDb, functions, keys, foreignTargets } = this.#services;
    // the keys of those that are there are the same: only what lets rows go may change, and a new table hurts nobody
    await Promise.all(plan.tables.map((table) => dynamoDb.provision(table)));
    const changeFunctions = await functions.prepare(plan);
    this.#store.transaction(() => {
      // first what may be refused: a pattern
      bus.provision(plan);
      foreignTargets.provision(plan.targetRoles, plan.topics);
      keys.provision(plan.keys ?? []);
      sqs.change(plan.queues);
      for (const bucket of plan.buckets) s3.provision(bucket);
    });
    changeFunctions();
    this.#plan = plan;
    this.#writeDown();
    return changes;
  }

  /** Whether only who knows the secrets of this start is let in. */
  get isPrivate(): boolean {
    return this.#secrets !== undefined;
  }

  /** May be printed: without what a private start's clients sign with. */
  description(): RuntimeDescription {
    const { endpoint, region, accountId, stackName, outputs } = this.#plan;
    return {
      schemaVersion: 1,
      endpoint,
      region,
      account: accountId,
      stackName,
      outputs,
      dataDir: resolve(this.#store.dataDir),
      controlToken: this.controlToken,
      pid: process.pid,
    };
  }

  #writeDown(): void {
    const credentials = this.#secrets?.operator;
    writeRuntimeJson(this.#store.dataDir, {
      ...this.description(),
      ...(credentials !== undefined && { credentials }),
      roles: this.#roleKeys.described(),
    });
  }

  /** What was acknowledged is kept; what was under way goes on at the next start. */
  async stop(): Promise<void> {
    const { s3, sqs, bus, dynamoDb, functions, wouldSend, measures } = this.#services;
    await functions.stop();
    await this.#gateway.close();
    bus.stop();
    sqs.stop();
    wouldSend.stop();
    measures.stop();
    this.#clock.beat();
    this.#clock.stop();
    await s3.stop();
    await dynamoDb.stop();
    removeRuntimeJson(this.#store.dataDir);
    this.#store.close();
  }
}

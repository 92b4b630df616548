import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Breakage, type BreakageName } from '../breakage.ts';
import { Chance } from '../chance.ts';
import { Checks } from '../checks/checks.ts';
import { Ledger } from '../checks/ledger.ts';
import { BucketModel } from '../history/bucket-model.ts';
import type { ConsumerName } from '../history/expectation.ts';
import { Injector, type InjectorOptions } from '../injector.ts';
import type { Place } from '../place.ts';
import { Trace } from '../trace.ts';
import { bestowFaults } from './delivery-faults.ts';
import { FunctionUnderSimulation } from './function-under-simulation.ts';
import { handlerChance, SURROUNDINGS } from './handlers.ts';
import { underWay } from './invocation.ts';
import { LocalServices } from './local-services.ts';
import { ObjectPort } from './object-port.ts';
import { QueuePort } from './queue-port.ts';
import { SdkPort, type SdkCall } from './sdk-port.ts';
import { ServiceCalls } from './service-calls.ts';
import { TablePort } from './table-port.ts';
import { VirtualClock } from './virtual-clock.ts';
import { VirtualGlobals } from './virtual-globals.ts';

/** When every history begins. */
const BEGINS_MS = Date.parse('2026-11-20T07:00:00Z');

/** Memory, where the machine has a folder of it: what a power cut would undo is not asked here. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The same for all threads of a process. */
const PREFIX = `sluice-sim-${process.pid}-`;

/** Removes the folders of worlds whose threads were ended before they could. */
export function removeWorldFolders(): void {
  for (const name of readdirSync(FOLDER)) {
    if (name.startsWith(PREFIX)) rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
}

/** Calls that the functions' clients make, by the port that answers them. */
const TABLE_CALLS = new Set(['PutCommand', 'GetCommand']);
const OBJECT_CALLS = new Set(['GetObjectCommand', 'PutObjectCommand']);

/** One pipeline in one thread: real functions and local services, everything around them simulated. */
export class World implements Disposable {
  readonly clock = new VirtualClock(BEGINS_MS);
  readonly trace = new Trace();
  readonly ledger = new Ledger();
  readonly chance: Chance;
  readonly injector: Injector;
  readonly breakage: Breakage;
  readonly bucket: BucketModel;
  readonly checks: Checks;
  readonly calls: ServiceCalls;
  readonly tables: TablePort;
  readonly objects: ObjectPort;
  readonly functions: ReadonlyMap<ConsumerName, FunctionUnderSimulation>;
  readonly place: Place;
  readonly globals: VirtualGlobals;
  services: LocalServices;
  readonly #queues: QueuePort;
  readonly #sdk: SdkPort;
  readonly #folder = mkdtempSync(join(FOLDER, PREFIX));

  constructor(
    place: Place,
    options: InjectorOptions & { seed: number; isVersioned: boolean; breakage: BreakageName | undefined },
  ) {
    this.place = place;
    this.chance = new Chance(options.seed);
    this.injector = new Injector(this.chance, options);
    this.breakage = new Breakage(options.breakage);
    this.bucket = new BucketModel(options.isVersioned);
    const rowOf = (consumer: ConsumerName, key: string) => this.rowOf(consumer, key);
    const factsOf = (table: string) => ({ ...place.factsOf(table), found: this.objects.found });
    this.checks = new Checks({ trace: this.trace, ledger: this.ledger, rowOf, factsOf });
    this.calls = new ServiceCalls(this);
    this.tables = new TablePort(place.tables, this);
    this.objects = new ObjectPort(this);
    this.#queues = new QueuePort(this);
    const { plan } = place;
    this.functions = new Map(
      place.consumers.map(({ name, function: of }) => [
        name,
        new FunctionUnderSimulation(name, of, plan.accountId, place.handlers[name], this),
      ]),
    );
    this.globals = new VirtualGlobals(this.clock, {
      skewMs: () => underWay.getStore()?.skewMs ?? 0,
      random: () => this.chance.next('random'),
      environment: SURROUNDINGS,
    });
    handlerChance.random = () => this.chance.next(`backoff|${underWay.getStore()?.question}`);
    this.#sdk = new SdkPort(async (call, signal) => this.#answer(call, signal));
    this.services = this.#start();
  }

  /** The row that a consumer keeps of a key. */
  rowOf(consumer: ConsumerName, key: string) {
    const { table } = this.place.consumer(consumer);
    return table === undefined ? undefined : this.tables.row(table, this.place.rowKey(consumer, key));
  }

  /** `kill -9` of the runtime and its functions, and a start on the same folder a while later. */
  killAndRestart(downMs: number): void {
    for (const one of this.functions.values()) one.kill();
    this.services.kill();
    this.clock.clear();
    this.globals.clear();
    this.clock.leap(downMs);
    this.services = this.#start();
  }

  get invocationsUnderWay(): number {
    return [...this.functions.values()].reduce((sum, { invocations }) => sum + invocations.size, 0);
  }

  /** Runs what comes due by then, step by step, until `isDone` or a violation. */
  async run(untilMs: number, isDone: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.#quiet();
      if (this.checks.violation !== undefined || isDone()) return;
      if (!this.clock.runNext(untilMs)) break;
    }
    if (this.clock.now() < untilMs) this.clock.leap(untilMs - this.clock.now());
  }

  [Symbol.dispose](): void {
    this.globals[Symbol.dispose]();
    this.#sdk[Symbol.dispose]();
    this.services.kill();
    rmSync(this.#folder, { recursive: true });
  }

  #start(): LocalServices {
    const { place, clock } = this;
    const functions = new Map([...this.functions.values()].map((one) => [one.plan.name, one]));
    const services = new LocalServices({
      folder: this.#folder,
      plan: place.plan,
      clock,
      functions,
      ...bestowFaults(this),
    });
    this.#queues.serve(services.sqs);
    return services;
  }

  /** Nobody has anything to do at this instant: every invocation waits for an answer. */
  async #quiet(): Promise<void> {
    for (let turn = 0; turn < 10_000; turn++) {
      await this.globals.settle();
      let isBusy = false;
      for (const { invocations } of this.functions.values()) {
        for (const { waiting, isDead } of invocations) isBusy ||= waiting === 0 && !isDead;
      }
      // a stream may take a turn of its own
      if (!isBusy) return;
    }
    throw new Error('an invocation neither ends nor waits for anything that the simulation answers');
  }

  async #answer(call: SdkCall, signal: AbortSignal | undefined): Promise<unknown> {
    if (TABLE_CALLS.has(call.name)) return await this.tables.answer(call);
    if (OBJECT_CALLS.has(call.name)) return await this.objects.answer(call, signal);
    return await this.#queues.answer(call);
  }
}

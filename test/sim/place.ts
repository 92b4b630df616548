import { resolve } from 'node:path';
import { synthesizeOwn } from '../../cli/start/own-app.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { readAssembly } from '../../local/assembly.ts';
import type { FunctionPlan, Plan } from '../../local/plan.ts';
import { parseKeeps, type Keeps } from '../../shared/keeps.ts';
import type { ConsumerName } from './history/expectation.ts';
import { functionOf, loadHandlers, type Handlers } from './world/handlers.ts';
import type { TableShape } from './world/table-port.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const ASSEMBLY_DIR = resolve(PROJECT_DIR, 'cdk.out.sim');
const REGION = 'us-east-1';
const NAMES: readonly ConsumerName[] = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];

interface SimulatedConsumer {
  readonly name: ConsumerName;
  readonly function: FunctionPlan;
  readonly ruleArn: string;
  readonly queue: string;
  readonly queueArn: string;
  readonly deadLetterQueue: string;
  readonly ruleDeadLetterQueue: string;
  /** Absent for one that keeps no rows. */
  readonly table: string | undefined;
  readonly keeps: Keeps;
}

/** The pipeline as the template of stage prod says it, and its handlers. */
export class Place {
  readonly plan: Plan;
  readonly handlers: Handlers;
  readonly consumers: readonly SimulatedConsumer[];
  readonly tables: readonly TableShape[];
  readonly bucket: string;
  readonly archive: string;

  private constructor(plan: Plan, handlers: Handlers) {
    this.plan = plan;
    this.handlers = handlers;
    this.bucket = plan.outputs['IngestBucketName']!;
    this.archive = plan.outputs['EventArchiveName']!;
    this.consumers = NAMES.map((name) => consumerOf(plan, name));
    this.tables = plan.tables.map(({ name, keySchema }) => ({
      name,
      key: keySchema.map(({ AttributeName }) => AttributeName),
    }));
  }

  /** Synthesizes the template if the sources have changed, and loads the handlers. */
  static async load(): Promise<Place> {
    const directory = ASSEMBLY_DIR;
    const told = { context: { stage: 'prod' }, account: ACCOUNT_ID, region: REGION };
    await synthesizeOwn({ projectDir: PROJECT_DIR, directory, ...told });
    const endpoint = 'http://127.0.0.1:1';
    const plan = readAssembly({ directory, endpoint, region: REGION, accountId: ACCOUNT_ID });
    return new Place(plan, await loadHandlers(plan));
  }

  consumer(name: ConsumerName): SimulatedConsumer {
    return this.consumers.find((one) => one.name === name)!;
  }

  ofQueue(arn: string): SimulatedConsumer {
    return this.consumers.find(({ queueArn }) => queueArn === arn)!;
  }

  /** What the simulation has to know of a table's rows. */
  factsOf(table: string): { readonly isCounter: boolean; readonly tombstoneTtlDays: number } {
    const { name, function: of } = this.consumers.find((one) => one.table === table)!;
    const tombstoneTtlDays = Number(of.environment['TOMBSTONE_TTL_DAYS']);
    return { isCounter: name === 'csv-row-counter', tombstoneTtlDays };
  }

  /** As the table port names a row: the values of the primary key, one a line. */
  rowKey(name: ConsumerName, key: string): string {
    return name === 'metadata-writer' ? `${this.bucket}\n${key}` : key;
  }
}

function consumerOf(plan: Plan, name: ConsumerName): SimulatedConsumer {
  const of = functionOf(plan, name);
  const { queueArn } = plan.mappings.find(({ functionName }) => functionName === of.name)!;
  const queue = plan.queues.find(({ arn }) => arn === queueArn)!;
  const rule = plan.rules.find(({ targets }) => targets.some(({ arn }) => arn === queueArn))!;
  const target = rule.targets.find(({ arn }) => arn === queueArn)!;
  const nameOf = (arn: string | undefined): string => plan.queues.find((one) => one.arn === arn)!.name;
  return {
    name,
    function: of,
    ruleArn: rule.arn,
    queue: queue.name,
    queueArn,
    deadLetterQueue: nameOf(queue.redrive?.deadLetterTargetArn),
    ruleDeadLetterQueue: nameOf(target.deadLetterArn),
    table: of.environment['TABLE_NAME'],
    keeps: parseKeeps(of.environment['KEEPS'] ?? '"nothing"'),
  };
}

import type { Handler } from '../../../functions/batch/invocation.ts';
import type { FunctionPlan, Plan } from '../../../local/plan.ts';
import type { ConsumerName } from '../history/expectation.ts';

/** The real handlers, each loaded with the environment that the template gives it. */
export type Handlers = Readonly<Record<ConsumerName, Handler>>;

/** What Lambda and the operator's shell would say; nothing is printed, and no real service is reached. */
export const SURROUNDINGS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'simulated',
  AWS_SECRET_ACCESS_KEY: 'simulated',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  // or each logger makes a console of its own, and an error to find out whether it should
  POWERTOOLS_DEV: 'true',
};

/** Whoever asks for chance while a handler loads keeps this function: it asks whatever history runs. */
export const handlerChance = { random: (): number => 0.5 };

let loaded: Handlers | undefined;

/** Once in a thread: a handler reads its environment while its module loads, and a module loads once. */
export async function loadHandlers(plan: Plan): Promise<Handlers> {
  if (loaded !== undefined) return loaded;
  const random = Math.random;
  Math.random = () => handlerChance.random();
  try {
    loaded = {
      'metadata-writer': await load(
        plan,
        'metadata-writer',
        async () => import('../../../functions/metadata-writer/handler.ts'),
      ),
      'csv-row-counter': await load(
        plan,
        'csv-row-counter',
        async () => import('../../../functions/csv-row-counter/handler.ts'),
      ),
      'ledger-exporter': await load(
        plan,
        'ledger-exporter',
        async () => import('../../../functions/ledger-exporter/handler.ts'),
      ),
    };
    return loaded;
  } finally {
    Math.random = random;
  }
}

async function load(
  plan: Plan,
  consumer: ConsumerName,
  module: () => Promise<{ readonly handler: Handler }>,
): Promise<Handler> {
  const told = { ...functionOf(plan, consumer).environment, ...SURROUNDINGS };
  const before = Object.keys(told).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, told);
  try {
    return (await module()).handler;
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

export function functionOf(plan: Plan, consumer: ConsumerName): FunctionPlan {
  return plan.functions.find(({ environment }) => environment['CONSUMER_NAME'] === consumer)!;
}

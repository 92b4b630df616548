import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { observabilityCost } from '../../cli/cost/observability-cost.ts';
import { readTemplate } from '../../cli/cost/template.ts';
import { observed } from '../../infra/observed.ts';
import { stageFromContext } from '../../infra/stage.ts';
import { OBSERVABILITIES } from '../../shared/observability.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { namedMetrics } from './support/named-metrics.ts';
import { resourcesOfType, synthesize, WORKERS, type PipelineTemplate } from './support/pipeline-template.ts';

type Context = Readonly<Record<string, string>>;

const stageOf = (context: Readonly<Record<string, unknown>>) =>
  stageFromContext(new App({ context, outdir: temporaryFolder('stage') }).node);

/** Variables and tracing of each function, by the consumer's name. */
const functionsOf = (template: PipelineTemplate) =>
  new Map(
    resourcesOfType(template, 'AWS::Lambda::Function').map(([, { Properties }]) => {
      const { Variables } = Properties['Environment'] as { Variables: Readonly<Record<string, string>> };
      return [Variables['CONSUMER_NAME'], { Variables, tracing: Properties['TracingConfig'].Mode as string }];
    }),
  );

const loggedBy = (template: PipelineTemplate, consumer: string): readonly string[] =>
  functionsOf(template).get(consumer)?.Variables['LOGGED_COUNTS']?.split(',') ?? [];

const factsOf = async (template: PipelineTemplate) => {
  const folder = temporaryFolder('observed');
  await writeFile(join(folder, 'S.template.json'), JSON.stringify(template));
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'S.template.json' } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { S: artifact } }));
  return await readTemplate(folder);
};

/** Of its saved queries. */
const queryNames = (template: PipelineTemplate) =>
  resourcesOfType(template, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties['Name']);

const SETTINGS: readonly Context[] = [
  { stage: 'dev' },
  { stage: 'prod' },
  ...OBSERVABILITIES.map((observability) => ({ stage: 'prod', observability })),
  { stage: 'prod', alarmOn: 'NotCounted' },
  { stage: 'prod', dashboard: 'true' },
  { stage: 'dev', observability: 'least', dashboard: 'true', alarmOn: 'NotCounted' },
];

describe.each(SETTINGS.map((context) => [JSON.stringify(context), context] as const))(
  'a stage with %s',
  (_, context) => {
    const template = synthesize(context);

    test('has every metric that an alarm or the dashboard names, and the one that verbs ask for', () => {
      const own = namedMetrics(template).filter(({ namespace }) => !namespace.startsWith('AWS/'));

      const missing = own.filter(({ name, dimensions }) =>
        loggedBy(template, dimensions['service']!).includes(name),
      );
      expect(missing).toEqual([]);
      for (const { name } of WORKERS) expect(loggedBy(template, name)).not.toContain('Failed');
    });
  },
);

describe('a stage', () => {
  test('like dev is observed in full, and one like prod as usual', () => {
    const dev = { level: 'full', dashboard: true, traces: true, logSuccesses: 1 };

    expect(observed(stageOf({}))).toEqual(dev);
    expect(observed(stageOf({ stage: 'staging' }))).toEqual({
      level: 'usual',
      dashboard: false,
      traces: false,
      logSuccesses: 1,
    });
    expect(observed(stageOf({ stage: 'prod', observability: 'full' }))).toEqual(dev);
  });

  test('as usual has no metric that nothing looks at, no dashboard and no traces of its own, and every alarm', () => {
    const [dev, prod] = [synthesize(), synthesize({ stage: 'prod' })];

    expect(loggedBy(dev, 'csv-row-counter')).toEqual([]);
    expect(loggedBy(prod, 'csv-row-counter')).toEqual([
      'Recorded',
      'Superseded',
      'Skipped',
      'DeadLettered',
      'EventAge',
      'NotCounted',
      'RowsCounted',
      'BytesCounted',
      'CountDuration',
    ]);
    // its silence rings
    expect(loggedBy(prod, 'ledger-exporter')).toEqual(['Skipped', 'DeadLettered', 'EventAge']);
    expect(resourcesOfType(prod, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(prod.Outputs).not.toHaveProperty('DashboardName');
    expect(new Set([...functionsOf(prod).values()].map(({ tracing }) => tracing))).toEqual(
      new Set(['PassThrough']),
    );
    expect(resourcesOfType(prod, 'AWS::CloudWatch::Alarm')).toHaveLength(
      resourcesOfType(dev, 'AWS::CloudWatch::Alarm').length,
    );
  });

  test('as usual has a query of what its logs alone count', () => {
    expect(queryNames(synthesize({ stage: 'prod' }))).toContain('Sluice-prod/what was counted');
    expect(queryNames(synthesize())).not.toContain('Sluice-dev/what was counted');
  });

  test('observed least rings for letters and rules, and for what it asks for itself', () => {
    const template = synthesize({ stage: 'prod', observability: 'least', alarmOn: 'NotCounted' });
    const kinds = resourcesOfType(template, 'AWS::CloudWatch::Alarm').map(
      ([id]) => /Alarms(\w+?)[0-9A-F]{8}$/.exec(id)?.[1],
    );

    expect(new Set(kinds)).toEqual(
      new Set(['UndeliveredEvents', 'RuleFailures', 'DeadLetters', 'NotCounted']),
    );
    expect(resourcesOfType(template, 'AWS::CloudWatch::CompositeAlarm')).toEqual([]);
  });

  test('logs a share of live successes where it says so, but of who keeps nothing each', () => {
    const template = synthesize({ logSuccesses: '0.1' }, ([first, ...others]) => [
      { name: 'teller', pattern: first!.pattern, handler: first!.handler!, keeps: 'nothing' },
      ...others,
    ]);
    const shares = [...functionsOf(template).values()].map(({ Variables }) => Variables['LOGGED_SUCCESSES']);

    expect(shares).toEqual([undefined, ...WORKERS.slice(1).map(() => '0.1')]);
  });

  test.each([
    ['observability', 'some', 'it must be one of full, usual, least'],
    ['dashboard', 'yes', 'it must be true or false'],
    ['traces', 1, 'it must be true or false'],
    ['logSuccesses', '1.5', 'it must be a share from 0 to 1, such as 0.1 for one in ten'],
    ['logSuccesses', '', 'it must be a share from 0 to 1'],
    ['logSuccesses', true, 'it must be a share from 0 to 1'],
  ])('refuses the %s %j', (name, value, why) => {
    expect(() => stageOf({ [name]: value })).toThrow(`context ${name} is ${JSON.stringify(value)}: ${why}`);
  });
});

describe('what sluice cost says of the cheapest setting', () => {
  const month = { uploads: 1e6, csvShare: 0.2, csvBytes: 1e6, replayShare: 0.1, shares: {} };
  const cheapest = { observability: 'least', logSuccesses: '0' };

  test.each(['dev', 'prod'])('in %s is what a template with it costs', async (stage) => {
    const said = observabilityCost(month, await factsOf(synthesize({ stage })));
    const set = observabilityCost(month, await factsOf(synthesize({ stage, ...cheapest })));

    expect(said.cheapest.usd).toBeCloseTo(set.usd, 9);
    expect(said.usd).toBeGreaterThan(set.usd);
    expect(set.cheapest.usd).toBeCloseTo(set.usd, 9);
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pascalCase } from '../../shared/pascal-case.ts';
import {
  CONSUMERS,
  resourcesOfType,
  synthesize,
  WORKERS,
  type PipelineTemplate,
} from './support/pipeline-template.ts';

const OPERATIONS = readFileSync(resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const PARAGRAPHS = [...OPERATIONS.matchAll(/^### (.+)$/gm)].map(([, heading = '']) =>
  heading.toLowerCase().replaceAll(' ', '-'),
);

const alarmsOf = (template: PipelineTemplate) => [
  ...resourcesOfType(template, 'AWS::CloudWatch::Alarm'),
  ...resourcesOfType(template, 'AWS::CloudWatch::CompositeAlarm'),
];

/** Properties of the alarms whose logical id ends so, hash aside, by their ids. */
const named = (template: PipelineTemplate, ending: string) =>
  Object.fromEntries(
    alarmsOf(template).flatMap(([id, { Properties }]) => {
      const plain = id.replace(/[0-9A-F]{8}$/, '');
      return plain.endsWith(ending) ? [[plain, Properties]] : [];
    }),
  );

/** What rings of one consumer: `DeadLetters`. */
const kindsOf = (alarms: ReturnType<typeof alarmsOf>, name: string): readonly string[] =>
  alarms.flatMap(([id]) => new RegExp(`^${pascalCase(name)}Alarms(\\w+)[0-9A-F]{8}$`).exec(id)?.[1] ?? []);

const growth = (context: Readonly<Record<string, string>>) =>
  named(synthesize(context), 'ArchiveGrowth')['AlarmsArchiveGrowth']!;

describe.each(['dev', 'prod'])('the alarms of %s', (stage) => {
  const template = synthesize({ stage, alarmOn: 'NotCounted' });
  const alarms = alarmsOf(template);

  test.each(alarms)('%s says what it means, and names a paragraph that there is', (_, { Properties }) => {
    const [, meaning = '', paragraph] =
      /^(.{30,}) \(docs\/operations\.md#([\w-]+)\)$/.exec(Properties['AlarmDescription']) ?? [];

    // CloudWatch takes no more of a text
    expect(meaning.length).toBeLessThan(900);
    expect(PARAGRAPHS).toContain(paragraph);
  });

  test('are told, each of them, to the topic, and are silent while nothing happens', () => {
    const [[topic] = ['']] = resourcesOfType(template, 'AWS::SNS::Topic');

    expect(alarms.map(([id, { Properties }]) => [id, Properties['AlarmActions']])).toEqual(
      alarms.map(([id]) => [id, [{ Ref: topic }]]),
    );
    const single = resourcesOfType(template, 'AWS::CloudWatch::Alarm');
    expect(single.filter(([, { Properties }]) => Properties['TreatMissingData'] !== 'notBreaching')).toEqual(
      [],
    );
  });

  test('ring of each consumer: its letters, its rule, its age; and of its function', () => {
    const ofQueue = ['UndeliveredEvents', 'RuleFailures', 'DeadLetters', 'QueueAge'];
    const ofFunction = ['FailedRecords', 'FunctionErrors', 'Throttles'];

    for (const { name, keeps, watches = [] } of WORKERS) {
      const keepsLines = keeps !== 'nothing' && 'lines' in keeps;
      expect([name, kindsOf(alarms, name)]).toEqual([
        name,
        [
          ...ofQueue,
          ...ofFunction,
          ...(keepsLines ? ['Silence'] : []),
          ...watches.map(({ metric }) => metric),
        ],
      ]);
    }
    expect(CONSUMERS.some(({ keeps }) => keeps !== 'nothing' && 'lines' in keeps)).toBe(true);
  });

  test('call a ledger silent only when its rule delivers and no line is written, twice in a row', () => {
    const silent = Object.values(named(template, 'AlarmsSilence'));

    expect(silent).toHaveLength(1);
    expect(silent[0]).toMatchObject({ EvaluationPeriods: 2, DatapointsToAlarm: 2, Threshold: 0 });
    expect(
      silent[0]!['Metrics'].map(
        (one: { Expression?: string; MetricStat?: { Metric: object } }) =>
          one.Expression ?? one.MetricStat?.Metric,
      ),
    ).toMatchObject([
      'IF(delivered > 0 AND SUM([delivered * 0, written, again]) == 0, 1, 0)',
      { Namespace: 'AWS/Events', MetricName: 'Invocations' },
      { Namespace: `Sluice-${stage}`, MetricName: 'Recorded', Dimensions: [{ Name: 'service' }] },
      { Namespace: `Sluice-${stage}`, MetricName: 'Superseded', Dimensions: [{ Name: 'service' }] },
    ]);
  });

  test('are all below one alarm of the pipeline', () => {
    const whole = named(template, 'AlarmsPipeline')['AlarmsPipeline']!;
    const rule = JSON.stringify(whole['AlarmRule']);

    for (const [id] of resourcesOfType(template, 'AWS::CloudWatch::Alarm')) expect(rule).toContain(`"${id}"`);
    // CloudWatch takes no longer rule; an ARN has two hundred characters at the most
    expect(200 * resourcesOfType(template, 'AWS::CloudWatch::Alarm').length).toBeLessThan(10_240);
  });
});

describe('the alarm of the archive', () => {
  test.each([
    [{}, 100_000],
    [{ stage: 'prod' }, 1_000_000],
    [{ alarmEventsPerHour: '200000' }, 200_000],
  ])(
    'rings, with context %j, above %i events an hour',
    (context: Readonly<Record<string, string>>, limit) => {
      const { Threshold, Metrics } = growth(context);

      expect(Threshold).toBe(limit);
      expect(Metrics[0]).toMatchObject({ Expression: 'MAX([rule0, rule1, rule2, rule3])' });
      expect(Metrics[1].MetricStat).toMatchObject({ Period: 3_600, Stat: 'Sum' });
      expect(JSON.stringify(Metrics[1])).toContain('Events-Archive-');
    },
  );

  test.each(['0', '-5', 'many'])('is not asked to ring above %j', (alarmEventsPerHour) => {
    expect(() => synthesize({ alarmEventsPerHour })).toThrow(
      `context alarmEventsPerHour is "${alarmEventsPerHour}": it must be a whole number`,
    );
  });
});

describe('a pipeline of twenty consumers', () => {
  const template = synthesize({}, ([first]) =>
    Array.from({ length: 20 }, (__, index) => ({
      name: `consumer-${index}`,
      pattern: first!.pattern,
      handler: first!.handler!,
      keeps: 'nothing' as const,
    })),
  );

  test('has composite alarms of a size that CloudWatch takes, and asks for ten metrics at most', () => {
    const composites = resourcesOfType(template, 'AWS::CloudWatch::CompositeAlarm');
    const children = composites.map(
      ([, { Properties }]) => JSON.stringify(Properties['AlarmRule']).split('ALARM(').length - 1,
    );

    expect(children.every((count) => count <= 40)).toBe(true);
    expect(children.reduce((sum, count) => sum + count)).toBe(
      resourcesOfType(template, 'AWS::CloudWatch::Alarm').length + composites.length - 1,
    );
    const { Metrics } = named(template, 'ArchiveGrowth')['AlarmsArchiveGrowth']!;
    expect(Metrics).toHaveLength(11);
  });
});

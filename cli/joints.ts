import { compilePattern } from '../shared/pattern-matcher.ts';
import { failed, ok, warning, type Check } from './check.ts';
import { consumerJoints } from './consumer-joints.ts';
import { judged } from './judged.ts';
import type { Pipeline } from './pipeline.ts';
import type { PipelineLook } from './pipeline-look.ts';
import { busEvent } from './routing.ts';

/** Every joint of the pipeline, in the order of the flow, and whether it holds. */
export function jointChecks(pipeline: Pipeline, look: PipelineLook): readonly Check[] {
  return [
    notificationCheck(pipeline, look),
    archiveCheck(pipeline, look),
    ...look.consumers.flatMap(consumerJoints),
    ...look.tables.map(({ name, status }) =>
      judged(`table ${name}`, status, 'it is not there: rows cannot be written', (state) =>
        // UPDATING, it takes requests
        ['ACTIVE', 'UPDATING'].includes(state)
          ? ok(`table ${name}`, state)
          : failed(`table ${name}`, `it is ${state}, so that rows cannot be written`),
      ),
    ),
  ];
}

function notificationCheck({ ingestBucket }: Pipeline, { notification }: PipelineLook): Check {
  const name = 'bucket → bus';
  return judged(name, notification, `the bucket ${ingestBucket} is not there`, (answer) =>
    answer.EventBridgeConfiguration === undefined
      ? failed(
          name,
          `${ingestBucket} does not send its events to EventBridge: what is uploaded reaches nobody`,
          `aws s3api put-bucket-notification-configuration --bucket ${ingestBucket} --notification-configuration '{"EventBridgeConfiguration":{}}', then sluice backfill for what was uploaded meanwhile`,
        )
      : ok(name, `${ingestBucket} sends its events`),
  );
}

function archiveCheck(pipeline: Pipeline, { archive }: PipelineLook): Check {
  const name = 'bus → archive';
  return judged(
    name,
    archive,
    `the archive ${pipeline.archiveName} is not there: no event is kept for a replay`,
    ({ State = 'in no state', EventPattern }) => {
      if (State !== 'ENABLED') return failed(name, `the archive is ${State}: it keeps no events`);
      if (EventPattern !== undefined && !keepsAll(EventPattern, pipeline))
        return failed(name, `the archive’s pattern leaves out events of the bucket: ${EventPattern}`);
      return EventPattern === undefined
        ? warning(name, 'the archive has no pattern: it keeps the events of everybody on the bus')
        : ok(name, 'enabled');
    },
  );
}

function keepsAll(pattern: string, pipeline: Pipeline): boolean {
  const matcher = compilePattern(pattern);
  return [{ key: 'a' }, { key: 'csv/a.csv', isDeleted: true }].every((object) =>
    matcher.matches(busEvent(pipeline, object)),
  );
}

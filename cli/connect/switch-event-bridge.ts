import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { readNotifications, writeNotifications } from './bucket-notifications.ts';
import { destinationsIn, destinationText, isOn, isSame, lacking, withEventBridge } from './notifications.ts';

/** What the bucket's notifications are, once EventBridge is switched. */
export interface Switched {
  readonly after: NotificationConfiguration;
  /** Destinations that somebody else took out meanwhile, in words. They are not put back. */
  readonly lost: readonly string[];
  /** Destinations that somebody else put in meanwhile, in words. */
  readonly added: readonly string[];
}

/** Another writer that is quicker so often is a program that puts its own again and again. */
const MOST_WRITES = 3;

/**
 * Switches the bucket's events to EventBridge on or off, and leaves all else as it is. S3 puts the whole configuration, and knows
 * no condition for it: so it is read just before, and again afterwards. What another writer has put meanwhile is kept, and
 * EventBridge switched again where that writer did not know of it.
 *
 * @param seen the configuration that was shown
 * @throws CliError when it is no longer the one that was shown; partly done, when others keep writing over it
 */
export async function switchEventBridge(
  pipeline: Pipeline,
  on: boolean,
  seen: NotificationConfiguration,
): Promise<Switched> {
  let before = await readNotifications(pipeline);
  if (!isSame(before, seen)) {
    throw new CliError(
      `somebody else has changed the notifications of ${pipeline.ingestBucket} since they were shown: ${changeText(seen, before)}`,
      { nextStep: 'nothing was written: run it again, and look at what it shows now' },
    );
  }
  const lost: string[] = [];
  const added: string[] = [];
  for (let writes = 0; writes < MOST_WRITES; writes++) {
    await writeNotifications(pipeline, withEventBridge(before, on));
    const after = await readNotifications(pipeline);
    lost.push(...lacking(before, after));
    added.push(...lacking(after, before));
    if (isOn(after) === on) return { after, lost, added };
    before = after;
  }
  throw new CliError(
    `EventBridge is ${on ? 'off' : 'on'} again on ${pipeline.ingestBucket}: after each of ${MOST_WRITES} writes another writer put its own configuration`,
    {
      exitCode: EXIT.partlyDone,
      nextStep: `find that writer (CloudTrail: PutBucketNotification), a template or a program, and switch EventBridge ${on ? 'on' : 'off'} there; the bucket has now: ${listText(before)}`,
    },
  );
}

/** What is different, in words. */
function changeText(one: NotificationConfiguration, other: NotificationConfiguration): string {
  const parts = [
    ...(isOn(one) === isOn(other) ? [] : [`EventBridge is ${isOn(other) ? 'on' : 'off'}`]),
    ...lacking(one, other).map((text) => `without ${text}`),
    ...lacking(other, one).map((text) => `with ${text}`),
  ];
  return parts.join(', ');
}

const listText = (configuration: NotificationConfiguration): string =>
  destinationsIn(configuration).map(destinationText).join(', ') || 'no other destination';

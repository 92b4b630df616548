import { AwsError } from '../protocols/aws-error.ts';
import { type BusLocation, eventsArn } from './arns.ts';

/** The ARN of the one bus that there is. */
export const busArn = (location: BusLocation) => eventsArn(location, 'event-bus', 'default');

/** @throws AwsError `ResourceNotFoundException` for any bus but the default one */
export function checkBus(location: BusLocation, nameOrArn: string | undefined): void {
  if (nameOrArn === undefined || nameOrArn === 'default' || nameOrArn === busArn(location)) return;
  throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn} does not exist.`);
}

/** The ARN of a bus that is named, or given by its ARN. @default the default bus */
export function arnOfBus(location: BusLocation, nameOrArn = 'default'): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : eventsArn(location, 'event-bus', nameOrArn);
}

/** Whether a bus would be of the same account and Region. */
export function isOfThisPlace(location: BusLocation, arn: string): boolean {
  return arn.startsWith(eventsArn(location, 'event-bus', ''));
}

/** Where the bus lives: what its ARNs begin with. */
export interface BusLocation {
  readonly accountId: string;
  readonly region: string;
}

type ResourceKind = 'archive' | 'event-bus' | 'replay' | 'rule';

/** `arn:aws:events:us-east-1:000000000000:rule/NAME` */
export const eventsArn = ({ region, accountId }: BusLocation, kind: ResourceKind, name: string) =>
  `arn:aws:events:${region}:${accountId}:${kind}/${name}`;

/** The name in such an ARN; `undefined` when it is another place's or another kind's. */
export function nameInArn(location: BusLocation, kind: ResourceKind, arn: string): string | undefined {
  const start = eventsArn(location, kind, '');
  return arn.startsWith(start) ? arn.slice(start.length) : undefined;
}

import { secondText, type TimeWindow } from './time-window.ts';

/** What a replay is asked for with. */
export interface ReplayRequest {
  readonly window: TimeWindow;
  /** None = every consumer whose rule is enabled. */
  readonly consumers: readonly string[];
  readonly name: string;
  /** In AWS: the last ten minutes too, some of which the archive may lack. */
  readonly isForced: boolean;
}

/** What starts it: whoever follows it asks `replay show`. */
export const startArgs = (request: ReplayRequest): readonly string[] => [
  ...commonArgs(request),
  `--name=${request.name}`,
  '--no-wait',
];

/** What tells beforehand what it would bring; another name changes nothing of that. */
export const previewArgs = (request: ReplayRequest): readonly string[] => [
  ...commonArgs(request),
  '--dry-run',
];

const commonArgs = ({ window: { fromMs, toMs }, consumers, isForced }: ReplayRequest): readonly string[] => [
  'replay',
  '--since',
  secondText(fromMs),
  '--until',
  secondText(toMs),
  ...consumers.flatMap((consumer) => ['--consumer', consumer]),
  ...(isForced ? ['--force'] : []),
];

/** `console-20261120T070000`: what it is called when nobody says otherwise. */
export const defaultName = (nowMs: number): string => `console-${secondText(nowMs).replaceAll(/[-:Z]/g, '')}`;

/** An event takes minutes to reach an archive in AWS: a replay of the last ones is refused unless it is forced. */
const SETTLING_MS = 10 * 60_000;

export const reachesLastMinutes = ({ toMs }: TimeWindow, nowMs: number): boolean =>
  toMs > nowMs - SETTLING_MS;

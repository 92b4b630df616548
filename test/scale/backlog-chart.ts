import type { ConsumerBacklog } from './scale-parts.ts';
import { OUTAGES } from './scale-parts.ts';

const WIDTH = 860;
const PANEL = { left: 64, width: 700, height: 190, top: 34, below: 44 };
const COLOURS = ['#2563eb', '#c2410c', '#0f766e', '#7c3aed', '#a16207'];
const TITLES = {
  paused: 'The functions do not run for an hour',
  refused: 'The functions run, and their stores refuse everything for an hour',
} as const;

/** SVG: messages waiting in each consumer's queue over the minutes from the begin of the outage on, a panel for each kind of it. */
export function backlogChart(all: readonly ConsumerBacklog[]): string {
  const minutes = Math.ceil(Math.max(...all.map(({ waiting }) => waiting.length)) / 600) * 10;
  const most = Math.ceil(Math.max(...all.map(({ waiting }) => greatest(waiting))) / 1e6) * 1e6;
  const step = PANEL.top + PANEL.height + PANEL.below;
  const panels = OUTAGES.map((outage, index) =>
    panel(
      all.filter((one) => one.outage === outage),
      { title: TITLES[outage], top: index * step + PANEL.top, minutes, most },
    ),
  );
  const height = step * OUTAGES.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="Messages waiting during an outage of an hour and after it">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${panels.join('\n')}
</svg>
`;
}

interface Panel {
  readonly title: string;
  readonly top: number;
  readonly minutes: number;
  readonly most: number;
}

function panel(series: readonly ConsumerBacklog[], { title, top, minutes, most }: Panel): string {
  const x = (minute: number): number => round(PANEL.left + (minute / minutes) * PANEL.width);
  const y = (messages: number): number => round(top + PANEL.height * (1 - messages / most));
  const marks = [...Array(minutes / 10 + 1).keys()]
    .map((ten) => ten * 10)
    .filter((minute) => minute % 20 === 0);
  return [
    `<text x="${PANEL.left}" y="${top - 12}" font-weight="bold" fill="#111827">${title}</text>`,
    `<rect x="${x(0)}" y="${top}" width="${x(60) - x(0)}" height="${PANEL.height}" fill="#f3f4f6"/>`,
    ...[...Array(most / 1e6 + 1).keys()].map(
      (million) =>
        `<line x1="${x(0)}" x2="${x(minutes)}" y1="${y(million * 1e6)}" y2="${y(million * 1e6)}" stroke="#d1d5db"/><text x="${PANEL.left - 8}" y="${y(million * 1e6) + 4}" text-anchor="end" fill="#374151">${million} M</text>`,
    ),
    ...marks.map(
      (minute) =>
        `<text x="${x(minute)}" y="${top + PANEL.height + 16}" text-anchor="middle" fill="#374151">${minute} min</text>`,
    ),
    ...series.map(({ waiting }, index) => {
      const points = waiting
        .map((messages, second) => [second, messages] as const)
        .filter(([second], at) => second % 30 === 0 || at === waiting.length - 1)
        .map(([second, messages]) => `${x(second / 60)},${y(messages)}`);
      return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="2"${DASHES[index % DASHES.length]}/>`;
    }),
    ...series.map(
      ({ id }, index) =>
        `<line x1="${x(minutes) - 160}" x2="${x(minutes) - 136}" y1="${top + 14 + index * 18}" y2="${top + 14 + index * 18}" stroke="${COLOURS[index % COLOURS.length]}" stroke-width="2"${DASHES[index % DASHES.length]}/><text x="${x(minutes) - 130}" y="${top + 18 + index * 18}" fill="#111827">${id}</text>`,
    ),
  ].join('\n');
}

/** Lines that lie over one another are told apart by more than their colour. */
const DASHES = ['', ' stroke-dasharray="7 4"', ' stroke-dasharray="2 3"'];

const greatest = (amounts: readonly number[]): number =>
  amounts.reduce((most, one) => Math.max(most, one), 0);

const round = (value: number): number => Math.round(value * 10) / 10;

import { TARGET_WORDS } from '../pipeline/consumer.ts';
import type { ReplayLeft } from './replay-left.ts';
import type { ReplayOutcomes } from './replay-outcomes.ts';
import type { ReplayPreview } from './replay-preview.ts';
import type { Window } from './replay-window.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { countText, plural } from '../terminal/units.ts';

const SHOWN_ON_A_LINE = 3;

/** What a replay would bring to each consumer. */
export function showPreview(terminal: Terminal, { since, until }: Window, preview: ReplayPreview): void {
  const { consumers, countedBy, events, costUsd } = preview;
  terminal.note(`from ${since.toISOString()} to ${until.toISOString()}`);
  terminal.rows(
    [
      { heading: 'consumer', kind: 'name' },
      { heading: 'events', kind: 'count' },
      { heading: 'rows behind', kind: 'count' },
      { heading: 'already there', kind: 'count' },
      { heading: 'newer there', kind: 'count' },
    ],
    consumers.map(({ consumer, events: ofConsumer, rows }) => [
      consumer,
      ofConsumer,
      rows?.behind ?? '–',
      rows?.current ?? '–',
      rows?.newer ?? '–',
    ]),
  );
  if (preview.objects !== undefined && preview.objects.count > 0) {
    const { count, keys } = preview.objects;
    const more = count > SHOWN_ON_A_LINE ? ` and ${countText(count - SHOWN_ON_A_LINE)} more` : '';
    const shown = keys.slice(0, SHOWN_ON_A_LINE).map((key) => JSON.stringify(key));
    terminal.note(`they are about ${plural(count, 'object')}: ${shown.join(', ')}${more}`);
  }
  terminal.note(
    countedBy === 'archive'
      ? `${plural(events, 'event')} in the archive; in AWS EventBridge would bill $${costUsd.toFixed(2)}. Rows behind will change; those that are already there change only if a REVISION was raised`
      : `about ${plural(events, 'event')}, by what the rules delivered then (CloudWatch does not promise all); EventBridge bills about $${costUsd.toFixed(2)}, the consumers’ work comes on top. Which rows could change nobody can tell: AWS lets nobody read an archive`,
  );
}

/** What each consumer has still to do of it, and what it gave up; nothing when nothing is. */
export function showLeft(
  terminal: Terminal,
  { countedBy, consumers }: ReplayLeft,
  outcomes: readonly ReplayOutcomes[],
): void {
  for (const { consumer, target, waiting, retried, letters } of consumers) {
    const { lastError } = outcomes.find((one) => one.consumer === consumer) ?? {};
    const parts = [
      ...(waiting > 0
        ? [`${countText(waiting)} wait${target === 'queue' ? ' for whoever drains it' : ''}`]
        : []),
      ...(retried > 0 ? [`${countText(retried)} in hand or to be tried again`] : []),
    ].join(', ');
    const whose = countedBy === 'replay' ? 'of its events' : 'in its queue, of this replay or not,';
    if (parts !== '') {
      terminal.note(
        terminalText(
          `… ${consumer}: ${whose} ${parts}${lastError === undefined ? '' : `; the last error: ${lastError}`}`,
        ),
      );
    }
    if (letters !== null && letters > 0) {
      terminal.note(
        `✖ ${consumer}: ${countText(letters)} of its events became dead letters (sluice dead list)`,
      );
    }
    if (target === 'bus' || target === 'state-machine') {
      terminal.note(
        `– ${consumer}: sent on to ${TARGET_WORDS[target]}; what becomes of its events there is not seen here`,
      );
    }
  }
}

/** What a replay has brought about at each consumer. */
export function showOutcomes(terminal: Terminal, outcomes: readonly ReplayOutcomes[]): void {
  if (outcomes.length === 0) return;
  terminal.rows(
    [
      { heading: 'consumer', kind: 'name' },
      { heading: 'recomputed', kind: 'count' },
      { heading: 'already there', kind: 'count' },
      { heading: 'skipped', kind: 'count' },
      { heading: 'duplicates', kind: 'count' },
      { heading: 'failed tries', kind: 'count' },
    ],
    outcomes.map(({ consumer, recomputed, alreadyThere, skipped, duplicates, failed }) => [
      consumer,
      ...[recomputed, alreadyThere, skipped, duplicates, failed].map((count) => count ?? '–'),
    ]),
  );
}

import type { replayShowDocument } from '../../../replay/replay-documents.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { countText } from '../../../terminal/units.ts';

export type ReplayShown = DocumentOf<typeof replayShowDocument>;

/** Each consumer with what the replay brought about there; of one without a function nobody logs that. */
export const toldConsumers = ({ outcomes, left }: Pick<ReplayShown, 'outcomes' | 'left'>) =>
  left.consumers.map((one) => ({
    consumer: one.consumer,
    left: one,
    outcomes: outcomes.find(({ consumer }) => consumer === one.consumer),
  }));

/** What a replay has still to bring about, and what nobody can tell, in a sentence for each. */
export function leftText({
  outcomes,
  left: { countedBy, consumers },
}: Pick<ReplayShown, 'outcomes' | 'left'>): string[] {
  return consumers.flatMap(({ consumer, target, waiting, retried, letters }) => {
    const lastError = outcomes.find((one) => one.consumer === consumer)?.lastError;
    const parts = [
      ...(waiting > 0
        ? [`${countText(waiting)} wait${target === 'queue' ? ' for whoever drains it' : ''}`]
        : []),
      ...(retried > 0 ? [`${countText(retried)} in hand or to be tried again`] : []),
    ].join(', ');
    const whose = countedBy === 'replay' ? 'of its events' : 'in its queue, of this replay or not,';
    return [
      ...(parts === '' ? [] : [`${consumer}: ${whose} ${parts}`]),
      ...(parts === '' || lastError === undefined
        ? []
        : [`${consumer}: the last error: ${terminalText(lastError)}`]),
      ...(letters !== null && letters > 0
        ? [`${consumer}: ${countText(letters)} of its events became dead letters`]
        : []),
      ...(target === 'bus' || target === 'state-machine'
        ? [`${consumer}: sent on; what becomes of its events there is not seen here`]
        : []),
    ];
  });
}

/** What the functions have still to do of it: as long as there is something, it is worth asking again. */
export const isMoving = ({ left }: Pick<ReplayShown, 'left'>): boolean =>
  left.consumers.some(({ target, waiting, retried }) => target === 'function' && waiting + retried > 0);

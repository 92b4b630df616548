import { useId, useMemo } from 'preact/hooks';
import { PageHead } from '../page-head.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { query } from '../route.ts';
import { ChosenEvent } from './chosen-event.tsx';
import { useDeployedPattern } from './deployed-pattern.ts';
import { jsonText } from './json-text.ts';
import { LabSources } from './lab-sources.tsx';
import { PatternCopies } from './pattern-copies.tsx';
import { PatternEditor } from './pattern-editor.tsx';
import { Mistake, Quota } from './pattern-verdict.tsx';
import { seenValues } from './seen-values.ts';
import { TriedEvents } from './tried-events-view.tsx';
import { typedJson } from './tried-pattern.ts';
import { usePatternText } from './use-pattern-text.ts';
import { useRecentEvents } from './use-recent-events.ts';
import { useVerdict } from './use-verdict.ts';
import { withWanted } from './wanted-value.ts';
import './lab.css';

/** Where nobody has begun otherwise. */
const EXAMPLE = `{
  "detail-type": ["Object Created"],
  "detail": {
    "object": { "key": [{ "prefix": "images/" }] }
  }
}`;

const LAST = 50;

/** A pattern is written, and tried on real events as it is typed: by `sluice explain`. */
export function LabPage() {
  const consumer = query.value.get('consumer') ?? undefined;
  const deployed = useDeployedPattern(consumer);
  const { text, settled, change } = usePatternText(consumer === undefined ? EXAMPLE : (deployed.text ?? ''));
  const recent = useRecentEvents(
    query.value.get('from') === 'samples',
    Number(query.value.get('last') ?? LAST),
    query.value.get('key') ?? 'images/cat 1.png',
  );
  const mistakeId = useId();
  const isLoading = consumer !== undefined && deployed.text === undefined && deployed.trouble === undefined;
  const typed = useMemo(() => typedJson(text), [text]);
  const { events } = recent;
  const { last, lastGood, trouble } = useVerdict(isLoading ? undefined : settled, events, consumer);
  const mistake = last?.of.kind === 'mistake' ? last.of : undefined;
  // what is typed now, unless it is known to be no pattern: a copy must not be of an older text
  const isRefused = typed.kind === 'mistake' || (last?.text === text && mistake !== undefined);
  const copied = isRefused ? lastGood?.pattern.json : typed.json;
  const seen = useMemo(() => seenValues((events ?? []).map(({ event }) => event)), [events]);
  const chosen = lastGood?.tried.find(({ id }) => id === query.value.get('event'));
  return (
    <>
      <PageHead title="Pattern lab">
        Write a pattern, and see which of the last events it matches, and why.
      </PageHead>
      <div class="lab">
        <div class="stack lab-pattern">
          <LabSources deployed={deployed.text} change={change} />
          {deployed.trouble === undefined ? null : <Trouble of={deployed.trouble} />}
          <PatternEditor
            text={text}
            onChange={change}
            seen={seen}
            mistake={last?.text === text ? mistake?.place : undefined}
            isWrong={!isLoading && mistake !== undefined}
            describedBy={mistakeId}
          />
          {isLoading ? (
            <p class="quiet waiting">Asking for the pattern of its rule …</p>
          ) : (
            <Mistake id={mistakeId} verdict={last} />
          )}
          {trouble === undefined ? null : <Trouble of={trouble} />}
          {last?.of.kind === 'pattern' ? <Quota of={last.of} /> : null}
        </div>
        <div class="stack lab-tried">
          <TriedEvents
            recent={recent}
            tried={lastGood?.tried}
            pattern={lastGood?.pattern.compact}
            isOld={mistake !== undefined}
          />
          {chosen === undefined ? null : (
            <ChosenEvent
              event={chosen}
              pattern={typed.kind === 'json' ? typed.json : undefined}
              isReal={recent.from !== 'samples'}
              onWant={(path, matcher) => {
                if (typed.kind !== 'json') return;
                change(jsonText(withWanted(typed.json, path.split('.'), matcher)));
              }}
            />
          )}
        </div>
        <div class="lab-copies">
          {copied === undefined ? null : <PatternCopies pattern={copied} consumer={consumer} />}
        </div>
      </div>
    </>
  );
}

import type { JSX } from 'preact';
import type { ShownAlarm } from '../../../contract/api/console.ts';
import { alarmWords } from '../../i18n/codes/codes.ts';
import type { ConsoleWords } from '../../i18n/console/en.ts';

interface TechLaneProps {
  readonly alarms: readonly ShownAlarm[];
  readonly isLive: boolean;
  readonly words: ConsoleWords;
  readonly hasLink: boolean;
}

/** The first technical alarm; rendered only while there is one. A lost connection takes precedence. */
export function TechLane({ alarms, isLive, words, hasLink }: TechLaneProps): JSX.Element | null {
  const [alarm] = alarms;
  if (isLive && alarm === undefined) return null;
  const text =
    isLive && alarm !== undefined
      ? alarmWords(alarm.code, words)
      : { short: words.notLive, long: words.notLiveDetail };
  const more = isLive ? alarms.length - 1 : 0;
  return (
    <section class={`tech ${isLive ? '' : 'cut'}`} role="status">
      <i />
      <p>
        {isLive && `${words.alarm} · `}
        {text.short}
        <span> — {text.long}</span>
        {more > 0 && <span> · {words.moreAlarms(more)}</span>}
      </p>
      {hasLink && <a href="/console/system">{words.pages.system}</a>}
    </section>
  );
}

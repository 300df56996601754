import type { JSX } from 'preact';
import { ALARM_ERRORS } from '../../contract/error-table/alarm-errors.ts';
import type { SystemState } from '../../contract/api/system.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { TechLane } from '../shared/page/tech-lane.tsx';
import { alarmWords } from '../i18n/codes/codes.ts';
import { siteDateTime, siteMoment } from '../shared/site-time.ts';
import type { AuditReader } from './audit-reader.ts';
import { AuditTable } from './audit-table.tsx';
import { Block } from './block.tsx';
import { DeviceBlock } from './device-block.tsx';
import { systemWords } from '../i18n/system/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import type { SystemWords } from '../i18n/system/en.ts';
import { stagesOf } from './stages-of.ts';

interface SystemPageProps {
  readonly view: PageView;
  readonly state: SystemState | null;
  readonly isLive: boolean;
  readonly audit: AuditReader;
}

/** The stages from the inbox to the ward display, and below them each problem with what to do. */
export function SystemPage({ view, state, isLive, audit }: SystemPageProps): JSX.Element {
  const { words } = view;
  const own = wordsFor(systemWords, words.language);
  return (
    <main class="page system">
      {!isLive && <TechLane alarms={[]} isLive={false} words={words} hasLink={false} />}
      <header>
        <h1>{words.pages.system}</h1>
        {state !== null && (
          <p role="status">
            {isDelivering(state) ? own.delivering : own.notDelivering} · {own.alarmCount(state.alarms.length)}
          </p>
        )}
      </header>
      {state !== null && (
        <>
          <Way view={view} state={state} own={own} />
          <div class="cols">
            <Alarms view={view} state={state} own={own} />
            <DeviceBlock view={view} state={state} own={own} />
            <Displays view={view} state={state} own={own} />
            <AuditTable view={view} own={own} audit={audit} />
            <Inboxes view={view} state={state} own={own} />
          </div>
        </>
      )}
    </main>
  );
}

/** Whether no alarm states that alerts do not reach a ward. */
function isDelivering({ broker, alarms }: SystemState): boolean {
  const rows: Readonly<Record<string, { readonly alarm: { readonly consequence: string } }>> = ALARM_ERRORS;
  return broker.isConnected && !alarms.some(({ code }) => rows[code]?.alarm.consequence === 'alerts');
}

interface PartProps {
  readonly view: PageView;
  readonly state: SystemState;
  readonly own: SystemWords;
}

function Way({ view, state, own }: PartProps): JSX.Element {
  return (
    <ol class="way">
      {stagesOf(state, own, view).map(({ name, lines, isRight }) => (
        <li key={name} class={isRight ? '' : 'ail'}>
          <h2>{own.stages[name]}</h2>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </li>
      ))}
    </ol>
  );
}

function Alarms({ view, state, own }: PartProps): JSX.Element {
  const { words, facts } = view;
  return (
    <Block title={own.alarms}>
      {state.alarms.length === 0 && <p class="none">{own.noAlarms}</p>}
      {state.alarms.map(({ code, subject, since }) => {
        const text = alarmWords(code, words);
        return (
          <article key={code} class="alarm">
            <i />
            <div>
              <h3>{text.short}</h3>
              <p>
                {own.since(siteDateTime(since, facts.site.timezone))}
                {subject === null ? '' : ` · ${facts.wardNames[subject] ?? subject}`}
              </p>
              <p>{text.long}</p>
            </div>
          </article>
        );
      })}
    </Block>
  );
}

function Displays({ view, state, own }: PartProps): JSX.Element {
  return (
    <Block title={own.displays}>
      <dl>
        {state.wards.map(({ id, name, displays }) => {
          const last = Math.max(0, ...displays.map(({ receivedAt }) => receivedAt ?? 0));
          return (
            <div key={id}>
              <dt>{name}</dt>
              <dd>{own.displayCount(displays.length)}</dd>
              <dd class={displays.length === 0 ? 'off' : ''}>
                {displays.length === 0
                  ? own.off
                  : last === 0
                    ? ''
                    : own.received(siteMoment(last, { now: view.now, timezone: view.facts.site.timezone }))}
              </dd>
            </div>
          );
        })}
      </dl>
    </Block>
  );
}

function Inboxes({ view, state, own }: PartProps): JSX.Element {
  return (
    <Block title={own.inboxes}>
      <dl>
        {state.inboxes.map(({ path, mode, trouble, imagesToday, lastImageAt }) => (
          <div key={path}>
            <dt class="path">{path}</dt>
            <dd>{imagesToday === 0 ? own.nothingToday : own.images(String(imagesToday))}</dd>
            <dd class={mode === null ? 'off' : ''}>
              {mode === null && trouble !== null
                ? alarmWords(trouble, view.words).short
                : lastImageAt !== null
                  ? own.arrived(
                      siteMoment(lastImageAt, { now: view.now, timezone: view.facts.site.timezone }),
                    )
                  : mode === null
                    ? ''
                    : own.mode[mode]}
            </dd>
          </div>
        ))}
      </dl>
    </Block>
  );
}

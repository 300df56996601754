import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../contract/alert.ts';
import { wardWords } from '../../i18n/ward/words.ts';
import { siteClock } from '../../shared/site-time.ts';
import { alertText } from '../alerts/alert-text.ts';
import type { AlertText } from '../alerts/alert-text.ts';
import { EscalatedFrom } from '../alerts/escalated-from.tsx';
import { useDisplay } from '../display-context.ts';
import { FitText } from '../layout/fit-text.tsx';
import { BadgeIcon, Strokes } from '../layout/icons.tsx';
import { useAlertImage } from '../takeover/use-alert-image.tsx';

const MAX_NAME_LENGTH = 40;
/** More names than this are laid out in more columns. */
const MAX_LARGE_NAMES = 6;
const ROLES = [...wardWords.ko.roles, ...wardWords.en.roles].join('|');
/** A name with a role behind it, in parentheses or not: the role is set smaller. */
const NAME_WITH_ROLE = new RegExp(`^(.+?)\\s+\\(?(${ROLES})\\)?$`, 'i');

/** Asks who has seen the alert: the ward's staff, none preselected; other people type a name or choose a role. */
export function NameChoice({ alert }: { readonly alert: Alert }): JSX.Element {
  const { facts, now, words } = useDisplay();
  const { isShown, image } = useAlertImage(alert, 'large');
  return (
    <main class={`name-choice ${alert.priority} ${isShown ? 'has-image' : ''}`} data-alert={alert.id}>
      <AboutAlert alert={alert} />
      <div class="ask">
        <Question />
        {(facts.hasBadges || isShown) && (
          <div class="side">
            {facts.hasBadges && <BadgeHint />}
            {image}
          </div>
        )}
      </div>
      <p class="end">
        <span>
          {facts.ward.name} · {siteClock(now, facts.site.timezone)}
        </span>
        <span>{words.notForDiagnosis}</span>
      </p>
    </main>
  );
}

/** The alert in question, and a button to go back. */
function AboutAlert({ alert }: { readonly alert: Alert }): JSX.Element {
  const { facts, now, words, actions } = useDisplay();
  const text = alertText(alert, { facts, now, words });
  return (
    <div class="about">
      <div class="flag">
        <Strokes priority={alert.priority} />
      </div>
      <FitText
        as="h2"
        short={
          text.short === null ? null : (
            <AlertLine text={text} title={text.short.title} finding={text.short.finding} />
          )
        }
      >
        <AlertLine text={text} title={text.title} finding={text.finding} />
      </FitText>
      <button type="button" class="back" onClick={actions.cancelChoice}>
        {words.back}
      </button>
    </div>
  );
}

function AlertLine({
  text,
  title,
  finding,
}: Pick<AlertText, 'title' | 'finding'> & { readonly text: AlertText }): JSX.Element {
  return (
    <>
      <EscalatedFrom ward={text.from} />
      {title}
      {text.code !== null && <small>{text.code}</small>}
      <small>{finding}</small>
    </>
  );
}

function Question(): JSX.Element {
  const { facts, words, actions } = useDisplay();
  const [isOther, setIsOther] = useState(facts.staff.length === 0);
  const startTyping = (): void => {
    actions.typing();
    setIsOther(true);
  };
  return (
    <div class="question">
      <h1>{words.who}</h1>
      <div class={`names ${isOther || facts.staff.length > MAX_LARGE_NAMES ? 'many' : ''}`}>
        {(isOther ? words.roles : facts.staff).map((name) => (
          <NameButton key={name} name={name} />
        ))}
      </div>
      {isOther ? (
        <OtherName />
      ) : (
        <button type="button" class="other" onClick={startTyping}>
          {words.someoneElse}
        </button>
      )}
    </div>
  );
}

/** How to use a badge instead; an unlisted badge is reported in the same place. */
function BadgeHint(): JSX.Element {
  const { state, words } = useDisplay();
  const [first, second] = state.nameChoice?.isBadgeUnknown === true ? words.badgeUnknown : words.badge;
  return (
    <div class="badge" role="status">
      <BadgeIcon />
      <p>
        <b>{first}</b> <br />
        {second}
      </p>
    </div>
  );
}

function NameButton({ name }: { readonly name: string }): JSX.Element {
  const { actions } = useDisplay();
  const [, leading, role] = NAME_WITH_ROLE.exec(name) ?? [];
  return (
    <button type="button" class="name" onClick={() => actions.acknowledgeBy(name)}>
      <span>{leading ?? name}</span>
      {role !== undefined && <small>{role}</small>}
    </button>
  );
}

function OtherName(): JSX.Element {
  const { words, actions } = useDisplay();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      class="other-name"
      onSubmit={(event) => {
        event.preventDefault();
        const given = input.current?.value.trim() ?? '';
        if (given !== '') actions.acknowledgeBy(given);
      }}
    >
      <label>
        <span>{words.nameLabel}</span>
        <input
          ref={input}
          maxLength={MAX_NAME_LENGTH}
          autocomplete="off"
          spellcheck={false}
          onInput={actions.typing}
        />
      </label>
      <button type="submit">{words.record}</button>
    </form>
  );
}

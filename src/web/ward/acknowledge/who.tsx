import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../contract/alert.ts';
import { wardWords } from '../../i18n/ward/words.ts';
import { alertText } from '../alerts/alert-text.ts';
import { useDisplay } from '../display-context.ts';
import { FitText } from '../layout/fit-text.tsx';
import { EscalatedFrom } from '../alerts/escalated-from.tsx';
import { BadgeIcon, Strokes } from '../layout/icons.tsx';
import { siteClock } from '../../shared/site-time.ts';
import { useAlertImage } from '../takeover/use-alert-image.tsx';

const MAX_NAME_LENGTH = 40;
const ROLES = [...wardWords.ko.roles, ...wardWords.en.roles].join('|');
/** A name with a role behind it, in parentheses or not: the role is set smaller. */
const NAME_WITH_ROLE = new RegExp(`^(.+?)\\s+\\(?(${ROLES})\\)?$`, 'i');

/** Who has seen it? Names of the ward, none preselected; anybody else can type theirs or say what they are. */
export function Who({ alert }: { readonly alert: Alert }): JSX.Element {
  const { facts, now, words, actions } = useDisplay();
  const [isOther, setIsOther] = useState(facts.staff.length === 0);
  const text = alertText(alert, { facts, words });
  const { isShown, film } = useAlertImage(alert, 'large');
  return (
    <main class={`who ${alert.priority} ${isShown ? 'filmed' : ''}`} data-alert={alert.id}>
      <div class="about">
        <div class="flag">
          <Strokes priority={alert.priority} />
        </div>
        <FitText as="h2">
          <EscalatedFrom ward={text.from} />
          {text.title}
          {text.code !== null && <small>{text.code}</small>}
          <small>{text.finding}</small>
        </FitText>
        <button type="button" class="back" onClick={actions.leave}>
          {words.back}
        </button>
      </div>
      <div class="ask">
        <div class="question">
          <h1>{words.who}</h1>
          <div class={`names ${isOther || facts.staff.length > 6 ? 'many' : ''}`}>
            {(isOther ? words.roles : facts.staff).map((name) => (
              <NameButton key={name} name={name} />
            ))}
          </div>
          {isOther ? (
            <OtherName />
          ) : (
            <button
              type="button"
              class="other"
              onClick={() => {
                actions.typing();
                setIsOther(true);
              }}
            >
              {words.someoneElse}
            </button>
          )}
        </div>
        {(facts.hasBadges || isShown) && (
          <div class="side">
            {facts.hasBadges && <Badge />}
            {film}
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

/** Hold a badge to the reader instead; what it says when it does not know a badge stands where people look for it. */
function Badge(): JSX.Element {
  const { state, words } = useDisplay();
  const [first, second] = state.choosing?.isBadgeUnknown === true ? words.badgeUnknown : words.badge;
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
    <button type="button" class="name" onClick={() => actions.name(name)}>
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
        if (given !== '') actions.name(given);
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

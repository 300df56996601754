import type { JSX } from 'preact';
import { siteMoment } from '../../shared/site-time.ts';
import { useConsole } from '../console-context.ts';
import { isUnseen } from '../list/image-pages.ts';
import { minutesSince } from '../../shared/minutes-since.ts';

/** The state of the ward's alert. */
export function WardAlert(): JSX.Element | null {
  const { state, words, facts, now } = useConsole();
  const image = state.detail?.image;
  const alert = image?.alert ?? null;
  if (image === undefined || image.findings === 0) return null;
  if (alert === null) return null;
  const reader = { now, timezone: facts.site.timezone };
  const minutes = minutesSince(alert.raisedAt, now);
  const isOpen = isUnseen(image);
  const shownOn = state.eyes[alert.id] ?? 0;
  const title =
    alert.withdrawnBy !== null
      ? words.withdrawnBy(alert.withdrawnBy)
      : isOpen || alert.acknowledgedBy === null
        ? words.unseenFor(minutes)
        : words.acknowledgedBy(
            alert.acknowledgedBy,
            siteMoment(alert.acknowledgedAt ?? alert.raisedAt, reader),
          );
  return (
    <section class="ward">
      <h2>{words.wardAlert(facts.wardNames[alert.ward] ?? alert.ward)}</h2>
      <p>
        {title}
        <small>
          {words.delivered(siteMoment(alert.publishedAt ?? alert.raisedAt, reader))}
          {isOpen && shownOn > 0 && ` · ${words.shownOn(shownOn)}`}
        </small>
      </p>
    </section>
  );
}

/** Why something was not recorded. */
export function Problem(): JSX.Element | null {
  const { state, words } = useConsole();
  if (state.problem === null) return null;
  return (
    <p class="problem" role="alert">
      {state.problem === 'not-allowed' ? words.notAllowed : words.notRecorded}
    </p>
  );
}

/** The verdict that was just recorded, and how long it can be undone. */
export function UndoBar(): JSX.Element | null {
  const { state, words, act, now, facts } = useConsole();
  const { undo } = state;
  if (undo === null) return null;
  const left = Math.max(0, Math.ceil((undo.until - now) / 1000));
  return (
    <div class="undo" role="status">
      <p>{words.recorded[undo.kind]}</p>
      <button type="button" class="btn" onClick={() => void act.undo()}>
        {words.undo}
        <kbd>Z</kbd>
      </button>
      <i style={{ width: `${((undo.until - now) / facts.undoMs) * 100}%` }} />
      <span class="sr">{words.secondsLeft(left)}</span>
    </div>
  );
}

/** Times, model and disclaimer in small print. */
export function Facts(): JSX.Element {
  const { state, words, facts, now } = useConsole();
  const { detail, trial } = state;
  const result = trial ?? detail?.result ?? null;
  const total = result?.timingsMs?.total;
  const [model] = result?.models ?? [];
  const parts = [
    ...(total === undefined ? [] : [words.timing((total / 1000).toFixed(2))]),
    ...(detail === null
      ? []
      : [words.receivedAt(siteMoment(detail.image.at, { now, timezone: facts.site.timezone }))]),
    ...(detail?.image.caseRef == null ? [] : [words.caseNumber(detail.image.caseRef)]),
  ];
  return (
    <footer class="facts">
      {parts.length > 0 && <p>{parts.join(' · ')}</p>}
      {model !== undefined && (
        <p>
          {model.name} {model.version} · {result?.executionProvider?.toUpperCase()}
        </p>
      )}
      {result?.isPictureUncertain === true && (
        <p class="uncertain-picture">
          <b>{words.pictureUncertain}</b>
        </p>
      )}
      {result?.warnings.map((warning) => (
        <p key={warning} lang="en">
          {warning}
        </p>
      ))}
      <p class="nfd">
        {words.notForDiagnosis}
        <br />
        {words.originalUnchanged}
      </p>
    </footer>
  );
}

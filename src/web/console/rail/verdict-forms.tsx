import type { JSX } from 'preact';
import { useConsole } from '../console-context.ts';
import { DISAGREE_REASONS, MISSED_KINDS } from '../console-state.ts';
import { Problem } from './rail-facts.tsx';

/** Why a finding is not a fracture: one of five reasons, by touch or number; none is preselected. */
export function ReasonForm({
  finding,
  choice,
}: {
  readonly finding: number;
  readonly choice: number | null;
}): JSX.Element {
  const { words, me } = useConsole();
  return (
    <>
      <h1>{words.disagreeWith(finding + 1)}</h1>
      <p class="sub" id="why">
        {words.whyNot}
      </p>
      <Choices
        labels={DISAGREE_REASONS.map((reason) => words.reasons[reason])}
        choice={choice}
        labelledBy="why"
      />
      <Problem />
      <RecordOrCancel isReady={choice !== null} />
      <p class="effect">{me.kind === 'person' ? words.verdictEffect : words.verdictEffectWithoutUser}</p>
    </>
  );
}

/** A missed finding: a box on the picture, and how certain it is. */
export function MissedForm({
  choice,
  hasBox,
}: {
  readonly choice: number;
  readonly hasBox: boolean;
}): JSX.Element {
  const { words } = useConsole();
  return (
    <>
      <h1>{words.missedTitle}</h1>
      <p class="sub" id="draw" role="status">
        {hasBox ? words.boxDrawn : words.drawBox}
      </p>
      <Choices
        labels={MISSED_KINDS.map((kind) => words.missedKinds[kind])}
        choice={choice}
        labelledBy="draw"
      />
      <Problem />
      <RecordOrCancel isReady={hasBox} />
      <p class="effect">{words.missedEffect}</p>
    </>
  );
}

interface ChoicesProps {
  readonly labels: readonly string[];
  readonly choice: number | null;
  /** Id of the element that names the choices. */
  readonly labelledBy: string;
}

function Choices({ labels, choice, labelledBy }: ChoicesProps): JSX.Element {
  const { act } = useConsole();
  return (
    <div class="pick" role="radiogroup" aria-labelledby={labelledBy}>
      {labels.map((text, index) => (
        <button
          key={text}
          type="button"
          role="radio"
          aria-checked={choice === index}
          class={choice === index ? 'on' : ''}
          onClick={() => act.choose(index)}
        >
          {text}
          <kbd>{index + 1}</kbd>
        </button>
      ))}
    </div>
  );
}

function RecordOrCancel({ isReady }: { readonly isReady: boolean }): JSX.Element {
  const { words, act } = useConsole();
  return (
    <div class="two first">
      <button type="button" class="btn pri" disabled={!isReady} onClick={() => void act.record()}>
        {words.record}
        <kbd>↵</kbd>
      </button>
      <button type="button" class="btn" onClick={() => act.leave()}>
        {words.cancel}
        <kbd>Esc</kbd>
      </button>
    </div>
  );
}

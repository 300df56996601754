import type { JSX } from 'preact';
import type { Finding } from '../../../contract/finding.ts';
import type { Verdict } from '../../../contract/api/images.ts';
import { useConsole } from '../console-context.ts';
import { Swatch } from '../icons.tsx';
import { siteDateTime } from '../../shared/site-time.ts';

interface FindingCardProps {
  readonly finding: Finding;
  readonly index: number;
  readonly isTrial: boolean;
}

/** One finding: how likely it is, and the verdict on it. */
export function FindingCard({ finding, index, isTrial }: FindingCardProps): JSX.Element {
  const { state, words, facts, act } = useConsole();
  const isLikely = finding.confidence >= (facts.thresholds?.definite ?? 1);
  const isChosen = index === state.finding;
  const verdict = state.detail?.verdicts.find(
    ({ kind, finding: about }) => kind !== 'missed' && about === index,
  );
  const count = (state.trial ?? state.detail?.result)?.findings.length ?? 0;
  return (
    <article class={`finding ${isChosen && count > 1 ? 'chosen' : ''}`} onClick={() => act.finding(index)}>
      <header>
        <Swatch kind={isLikely ? 'likely' : 'suspected'} />
        <h2>
          {index + 1} · {isLikely ? words.veryLikely : words.suspected}
        </h2>
        <b>{finding.confidence.toFixed(2)}</b>
      </header>
      <Scale confidence={finding.confidence} isLikely={isLikely} />
      {verdict !== undefined && <VerdictLine verdict={verdict} />}
      {!isTrial && <VerdictButtons index={index} verdict={verdict} isChosen={isChosen} />}
    </article>
  );
}

interface VerdictButtonsProps {
  readonly index: number;
  readonly verdict: Verdict | undefined;
  readonly isChosen: boolean;
}

function VerdictButtons({ index, verdict, isChosen }: VerdictButtonsProps): JSX.Element {
  const { words, act } = useConsole();
  return (
    <div class="two">
      <button
        type="button"
        class="btn"
        aria-pressed={verdict?.kind === 'agree'}
        onClick={() => void act.agree(index)}
      >
        {words.agree}
        {isChosen && <kbd>A</kbd>}
      </button>
      <button
        type="button"
        class="btn"
        aria-pressed={verdict?.kind === 'disagree'}
        onClick={() => act.askWhy(index)}
      >
        {words.disagree}
        {isChosen && <kbd>D</kbd>}
      </button>
    </div>
  );
}

/** A confidence relative to the two thresholds. */
function Scale({
  confidence,
  isLikely,
}: {
  readonly confidence: number;
  readonly isLikely: boolean;
}): JSX.Element {
  const { words, facts } = useConsole();
  const marks = facts.thresholds;
  const percent = (value: number): string => `${(value * 100).toFixed(1)}%`;
  return (
    <div
      class={`scale ${isLikely ? 'likely' : 'suspected'}`}
      role="img"
      aria-label={`${words.confidence} ${confidence.toFixed(2)}`}
    >
      <i style={{ width: percent(confidence) }} />
      {marks !== null && (
        <>
          <b style={{ '--at': percent(marks.suspected) }} />
          <b style={{ '--at': percent(marks.definite) }} />
          <span style={{ '--at': percent(marks.suspected) }}>
            {words.suspectedMark} {marks.suspected.toFixed(2)}
          </span>
          <span style={{ '--at': percent(marks.definite) }}>
            {words.likelyMark} {marks.definite.toFixed(2)}
          </span>
        </>
      )}
    </div>
  );
}

/** A verdict, by whom and when. */
export function VerdictLine({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  const { words, facts } = useConsole();
  const { kind, reason, by, at } = verdict;
  const why = Object.entries(words.reasons).find(([key]) => key === reason)?.[1];
  const label = kind === 'agree' ? words.agreed : kind === 'disagree' ? words.disagreed : words.missedMarked;
  const time = siteDateTime(at, facts.site.timezone);
  return (
    <p class="verdict-line">{words.verdictBy(why === undefined ? label : `${label}: ${why}`, by, time)}</p>
  );
}

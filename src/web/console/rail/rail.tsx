import type { JSX } from 'preact';
import type { AnalysisResult } from '../../../contract/analysis-result.ts';
import type { Finding } from '../../../contract/finding.ts';
import type { Verdict } from '../../../contract/api/images.ts';
import { useConsole } from '../console-context.ts';
import { Swatch } from '../icons.tsx';
import { AllKeys } from '../all-keys.tsx';
import { MissedForm, ReasonForm } from './verdict-forms.tsx';
import { RerunForm, TryForm } from './try-forms.tsx';
import { siteDateTime } from '../../shared/site-time.ts';
import { Facts, Problem, UndoBar, WardAlert } from './rail-facts.tsx';
import { reasonWords } from '../../i18n/codes/codes.ts';

/** The findings of the selected image, and the verdicts on them. */
export function Rail(): JSX.Element {
  const { state } = useConsole();
  return (
    <aside class="rail">
      <RailBody />
      {state.mode.type !== 'keys' && <Facts />}
    </aside>
  );
}

function RailBody(): JSX.Element | null {
  const { state } = useConsole();
  const { mode, trial, detail } = state;
  if (mode.type === 'keys') return <AllKeys />;
  if (mode.type === 'reason') return <ReasonForm finding={mode.finding} choice={mode.choice} />;
  if (mode.type === 'missed') return <MissedForm choice={mode.choice} hasBox={mode.box !== null} />;
  if (mode.type === 'rerun') return <RerunForm mode={mode} />;
  if (mode.type === 'try' && trial === null) return <TryForm mode={mode} />;
  if (trial !== null) return <Answer result={trial} isTrial={true} />;
  return detail?.result == null ? <Pending /> : <Answer result={detail.result} isTrial={false} />;
}

function Pending(): JSX.Element | null {
  const { state, words } = useConsole();
  const image = state.detail?.image;
  if (image === undefined) return null;
  const isMoving = ['discovered', 'settling', 'ready', 'decoding', 'inferring'].includes(image.status);
  if (isMoving) return <h1>{words.reading}</h1>;
  return (
    <NotAnalysed status={image.status === 'not-analysed' ? 'not-analysed' : 'failed'} code={image.reason} />
  );
}

interface AnswerProps {
  readonly result: Omit<AnalysisResult, 'file'>;
  readonly isTrial: boolean;
}

function Answer({ result, isTrial }: AnswerProps): JSX.Element {
  const { words, state } = useConsole();
  if (result.status !== 'analysed')
    return <NotAnalysed status={result.status} code={result.reason?.code ?? null} />;
  const { findings, outcome } = result;
  const title =
    outcome === 'fracture-detected'
      ? words.veryLikely
      : outcome === 'fracture-suspected'
        ? words.suspected
        : words.noFinding;
  return (
    <>
      <h1>{title}</h1>
      <p class="sub">
        {findings.length > 0 ? words.findings(findings.length) : isTrial ? '' : words.noFindingDetail}
      </p>
      {isTrial && <p class="note">{words.tryNotStored}</p>}
      <Problem />
      {!isTrial && <UndoBar />}
      {findings.map((finding, index) => (
        <FindingCard key={index} finding={finding} index={index} isTrial={isTrial} />
      ))}
      {!isTrial && <ImageVerdict hasFindings={findings.length > 0} />}
      {!isTrial && state.detail !== null && <Reruns />}
      {!isTrial && <WardAlert />}
    </>
  );
}

function NotAnalysed({
  status,
  code,
}: {
  readonly status: 'not-analysed' | 'failed';
  readonly code: string | null;
}): JSX.Element {
  const { words, act, state } = useConsole();
  const reason = reasonWords(code, words);
  return (
    <>
      <h1>{status === 'not-analysed' ? words.notAnalysed : words.failed}</h1>
      <p class="sub">{words.notNoFracture}</p>
      <section class="because">
        <p>
          <b>{reason.short}</b>
          <br />
          {reason.long}
        </p>
        {code !== null && <p class="code">{code}</p>}
      </section>
      {state.trial === null && (
        <button type="button" class="btn wide" onClick={() => void act.startRerun()}>
          {words.rerun}
          <kbd>R</kbd>
        </button>
      )}
    </>
  );
}

interface FindingCardProps {
  readonly finding: Finding;
  readonly index: number;
  readonly isTrial: boolean;
}

function FindingCard({ finding, index, isTrial }: FindingCardProps): JSX.Element {
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

function VerdictLine({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  const { words, facts } = useConsole();
  const { kind, reason, by, at } = verdict;
  const why = Object.entries(words.reasons).find(([key]) => key === reason)?.[1];
  const label = kind === 'agree' ? words.agreed : kind === 'disagree' ? words.disagreed : words.missedMarked;
  const time = siteDateTime(at, facts.site.timezone);
  return (
    <p class="verdict-line">{words.verdictBy(why === undefined ? label : `${label}: ${why}`, by, time)}</p>
  );
}

/** Verdicts on the whole image: no finding is right, or a finding was missed. */
function ImageVerdict({ hasFindings }: { readonly hasFindings: boolean }): JSX.Element {
  const { state, words, act } = useConsole();
  const verdicts = state.detail?.verdicts ?? [];
  const agreed = verdicts.find(({ kind, finding }) => kind === 'agree' && finding === null);
  return (
    <div class="whole">
      {verdicts
        .filter((verdict) => verdict.kind === 'missed' || verdict === agreed)
        .map((verdict) => (
          <VerdictLine key={verdict.id} verdict={verdict} />
        ))}
      {!hasFindings && (
        <button
          type="button"
          class="btn wide"
          aria-pressed={agreed !== undefined}
          onClick={() => void act.agree(null)}
        >
          {words.agree}
          <kbd>A</kbd>
        </button>
      )}
      <button type="button" class="btn wide" onClick={() => act.askMissed()}>
        {words.missed}
        <kbd>M</kbd>
      </button>
    </div>
  );
}

/** Results of other models for the image. */
function Reruns(): JSX.Element {
  const { state, words } = useConsole();
  return (
    <>
      {state.detail?.reruns.map(({ model, result }) => (
        <section key={model} class="again">
          <h2>{words.rerunResult(model)}</h2>
          <p>
            {result.outcome === 'fracture-detected'
              ? words.veryLikely
              : result.outcome === 'fracture-suspected'
                ? words.suspected
                : result.outcome === null
                  ? reasonWords(result.reason?.code ?? null, words).short
                  : words.noFinding}
            {result.score !== null && <b>{result.score.toFixed(2)}</b>}
          </p>
        </section>
      ))}
    </>
  );
}

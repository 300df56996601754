import type { JSX } from 'preact';
import type { AnalysisResult } from '../../../contract/analysis-result.ts';
import { useConsole } from '../console-context.ts';
import { AllKeys } from '../all-keys.tsx';
import { FindingCard, VerdictLine } from './finding-card.tsx';
import { MissedForm, ReasonForm } from './verdict-forms.tsx';
import { RerunForm, TryForm } from './try-forms.tsx';
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

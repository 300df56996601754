import type { JSX } from 'preact';
import { useConsole } from '../console-context.ts';
import type { Mode } from '../console-state.ts';
import { reasonWords } from '../../i18n/codes/codes.ts';

/** Accepts a file that is analysed but not stored. */
export function TryForm({ mode }: { readonly mode: Extract<Mode, { type: 'try' }> }): JSX.Element {
  const { words, act } = useConsole();
  return (
    <>
      <h1>{words.tryTitle}</h1>
      <p class="sub">{words.tryHint}</p>
      <label class="drop">
        <input
          type="file"
          accept=".dcm,.dicom,.jpg,.jpeg,.png,application/dicom,image/jpeg,image/png"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) void act.tryFile(file);
          }}
        />
        <span>{words.tryChoose}</span>
      </label>
      <p class="note">{words.tryNotStored}</p>
      <p role="status" class="status">
        {mode.isWorking && words.tryWorking}
        {mode.problem !== null && (mode.problem === 'busy' ? words.tryBusy : words.tryFailed)}
      </p>
      <button type="button" class="btn wide" onClick={() => act.leave()}>
        {words.backToList}
        <kbd>Esc</kbd>
      </button>
    </>
  );
}

/** Chooses the model that analyses an image again; no alert is raised. */
export function RerunForm({ mode }: { readonly mode: Extract<Mode, { type: 'rerun' }> }): JSX.Element {
  const { words, act } = useConsole();
  const { models, isWorking, problem } = mode;
  return (
    <>
      <h1>{words.rerunTitle}</h1>
      <p class="sub">{words.rerunHint}</p>
      <div class="pick">
        {models?.map(({ name, version, isActive }) => (
          <button key={name} type="button" disabled={isWorking} onClick={() => void act.rerun(name)}>
            {name} {version}
            {isActive && <small>{words.presentModel}</small>}
          </button>
        ))}
      </div>
      {models?.every(({ isActive }) => isActive) === true && <p class="note">{words.noOtherModel}</p>}
      <p role="status" class="status">
        {isWorking && words.rerunWorking}
        {problem !== null && `${words.rerunFailed} — ${reasonWords(problem, words).short}`}
      </p>
      <button type="button" class="btn wide" onClick={() => act.leave()}>
        {words.cancel}
        <kbd>Esc</kbd>
      </button>
    </>
  );
}

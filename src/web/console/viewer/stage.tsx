import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Box } from '../../../contract/box.ts';
import { useConsole } from '../console-context.ts';
import type { ConsoleView } from '../console-context.ts';
import { partText } from '../list/image-text.ts';
import { Marks } from './marks.tsx';
import { enlarged, fitted } from './paint-picture.ts';
import type { Placement } from './paint-picture.ts';
import { PictureCanvas, useSize } from './picture-pane.tsx';
import type { Picture } from './picture.ts';
import { plausibleAcquisition } from '../../shared/acquisition-time.ts';
import type { ImageTimes } from '../../shared/acquisition-time.ts';
import { siteDateTime } from '../../shared/site-time.ts';
import { usePointerTools } from './use-pointer-tools.ts';
import { reasonWords } from '../../i18n/codes/codes.ts';
import type { ConsoleWords } from '../../i18n/console/en.ts';

/** The picture controls that the keyboard uses. */
export interface StageHandle {
  zoom: (factor: number) => void;
  reset: () => void;
}

/** The picture with its marks, captions and key hints. */
export function Stage({ handle }: { readonly handle: StageHandle }): JSX.Element {
  const { state, words } = useConsole();
  const { shown } = state;
  return (
    <main class="view" aria-label={words.pages.images}>
      {shown.state === 'open' ? (
        <OpenPicture picture={shown.picture} handle={handle} />
      ) : (
        <p class="empty" role="status">
          {emptyText({ state, words })}
        </p>
      )}
    </main>
  );
}

interface OpenPictureProps {
  readonly picture: Picture;
  readonly handle: StageHandle;
}

function OpenPicture({ picture, handle }: OpenPictureProps): JSX.Element {
  const { state, act } = useConsole();
  const { look, mode } = state;
  const panes = look.isSideBySide ? 2 : 1;
  const stage = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const pane = { width: size.width / panes, height: size.height };
  const [placement, setPlacement] = usePlacement(picture, pane, handle);
  const editing = mode.type === 'missed' ? mode.box : null;
  const pointer = usePointerTools({
    picture,
    placement,
    window: look.window,
    box: editing,
    onPlacement: setPlacement,
    onWindow: (window) => act.look({ window }),
    isDrawing: mode.type === 'missed',
    onBox: (box) => act.draw(box),
  });
  return (
    <>
      <div ref={stage} class={`panes ${mode.type === 'missed' ? 'drawing' : ''}`} {...pointer}>
        {Array.from({ length: panes }, (_, index) => (
          <Pane
            key={index}
            picture={picture}
            placement={placement}
            size={pane}
            editing={editing}
            hasMarks={(look.showsFindings || panes === 2) && index === panes - 1}
          />
        ))}
      </div>
      <Caption picture={picture} scale={placement.scale} />
      <KeyHints />
    </>
  );
}

/** Fits the picture into its pane until a person moves or zooms it; the next image is fitted again. */
function usePlacement(
  picture: Picture,
  pane: PaneProps['size'],
  handle: StageHandle,
): readonly [Placement, (placement: Placement) => void] {
  const { state, act } = useConsole();
  const [moved, setMoved] = useState<Placement | null>(null);
  const placement = moved ?? fitted(picture, pane);
  useEffect(() => setMoved(null), [state.selected, state.trial, state.look.isSideBySide]);
  handle.zoom = (factor) => setMoved(enlarged(placement, factor, { x: pane.width / 2, y: pane.height / 2 }));
  handle.reset = () => {
    setMoved(null);
    act.look({ window: null, isInverted: false });
  };
  return [placement, setMoved];
}

interface PaneProps {
  readonly picture: Picture;
  readonly placement: Placement;
  readonly size: { readonly width: number; readonly height: number };
  readonly editing: Box | null;
  readonly hasMarks: boolean;
}

/** One of the pictures on the stage: the radiograph, and on the last one its marks. */
function Pane({ picture, placement, size, editing, hasMarks }: PaneProps): JSX.Element {
  const view = useConsole();
  const { look } = view.state;
  return (
    <div class="pane">
      {size.width > 0 && (
        <PictureCanvas
          picture={picture}
          placement={placement}
          label={view.words.pictureLabel(captionOf(view).title)}
          window={look.window}
          isInverted={look.isInverted}
          size={size}
        />
      )}
      {hasMarks && <PictureMarks placement={placement} editing={editing} />}
    </div>
  );
}

function PictureMarks({
  placement,
  editing,
}: {
  readonly placement: Placement;
  readonly editing: Box | null;
}): JSX.Element {
  const { state, facts, words } = useConsole();
  const result = state.trial ?? state.detail?.result ?? null;
  const findings = result?.findings ?? [];
  const missed = state.detail?.verdicts.flatMap(({ box }) => box ?? []) ?? [];
  return (
    <Marks
      findings={findings}
      definite={facts.thresholds?.definite ?? 1}
      chosen={state.finding}
      drawn={missed}
      rerun={state.detail?.reruns[0]?.result.findings ?? []}
      editing={editing}
      placement={placement}
      label={words.findings(findings.length + missed.length)}
    />
  );
}

/** Body part, time, size, window and zoom; grey, in the corners. */
function Caption({ picture, scale }: { readonly picture: Picture; readonly scale: number }): JSX.Element {
  const view = useConsole();
  const { look } = view.state;
  const { title, when, kind } = captionOf(view);
  const { center, width } = look.window ?? picture.window;
  return (
    <>
      <p class="cap">
        <b>{title}</b>
        {when}
        {when !== '' && <br />}
        {`${kind} ${picture.width} × ${picture.height}`.trim()}
      </p>
      <p class="cap low">
        {view.words.window} {width} / {center} · {Math.round(scale * 100)} %
      </p>
    </>
  );
}

function KeyHints(): JSX.Element {
  const { words, state } = useConsole();
  if (!state.hasSingleKeys) return <></>;
  return (
    <div class="hints" aria-hidden="true">
      {(
        [
          ['F', words.keys.findings],
          ['W', words.keys.window],
          ['I', words.keys.invert],
          ['?', words.allKeys],
        ] as const
      ).map(([key, text]) => (
        <span key={key}>
          {text}
          <kbd>{key}</kbd>
        </span>
      ))}
    </div>
  );
}

function captionOf({ state, words, facts, now }: ConsoleView): { title: string; when: string; kind: string } {
  const { detail, trial } = state;
  const { timezone } = facts.site;
  const image = trial?.image ?? detail?.result?.image ?? null;
  const region = image?.bodyRegion ?? detail?.image.region ?? null;
  const part = partText({ region, laterality: image?.laterality ?? null }, words);
  const title = `${part} ${image?.viewPosition ?? ''}`.trim();
  const times = { acquired: image?.acquiredAt ?? null, received: detail?.image.at ?? now };
  return {
    title: trial === null ? title : `${words.tryTitle} · ${title}`,
    when: detail === null && trial === null ? '' : whenText(times, timezone, words),
    kind: image?.modality ?? '',
  };
}

/** Day and time of the acquisition, or of the receipt if the file states none that can be true. */
function whenText(times: ImageTimes, timezone: string, words: ConsoleWords): string {
  const acquired = plausibleAcquisition(times, timezone);
  if (acquired !== null) return siteDateTime(acquired, timezone);
  return words.receivedAt(siteDateTime(times.received, timezone));
}

function emptyText({ state, words }: Pick<ConsoleView, 'state' | 'words'>): string {
  const { shown } = state;
  if (shown.state === 'opening') return words.opening;
  if (shown.state !== 'missing') return words.choose;
  if (shown.code === 'FILE_VANISHED' || shown.code === 'FILE_UNREADABLE' || shown.code === 'not-found')
    return words.pictureGone;
  return `${words.noPicture} — ${reasonWords(shown.code, words).short}`;
}

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownImage } from '../../../contract/api/images.ts';
import { useConsole } from '../console-context.ts';
import { Crossed, Dash, Ring, Slashed, Strokes } from '../icons.tsx';
import { imageText, partText } from './image-text.ts';
import type { Sign } from './image-text.ts';
import { useChosenInSight, useRowsInSight, useStablePosition } from './rows-in-sight.ts';
import { earlierDay } from '../../shared/acquisition-time.ts';
import { siteClock, siteDay } from '../../shared/site-time.ts';

/** The list of images; only the rows in sight are rendered. New images never move the rows in sight. */
export function ImageList(): JSX.Element {
  const { state, act, words } = useConsole();
  const box = useRef<HTMLDivElement>(null);
  const total = state.pages?.total() ?? 0;
  const { first, last, rowPx, onScroll } = useRowsInSight(box, total);
  useEffect(() => act.want(first, last), [first, last, state.pages, state.pagesRev]);
  useStablePosition(box, rowPx);
  useChosenInSight(box, rowPx);
  const rows = useRows({ first, last, total, rowPx });

  return (
    <div
      ref={box}
      class="rows"
      role="listbox"
      tabIndex={0}
      id="images"
      aria-label={words.list}
      aria-activedescendant={state.selected === null ? undefined : `image-${state.selected}`}
      onScroll={onScroll}
    >
      <div class="all" role="presentation" style={{ height: `${total * rowPx}px` }}>
        {rows}
      </div>
      {state.pages !== null && total === 0 && (
        <p class="nothing">{state.text === '' ? words.noImagesToday : words.nothingFound}</p>
      )}
    </div>
  );
}

interface RenderedRow {
  readonly image: ShownImage;
  /** Everything else that the row depends on. */
  readonly key: string;
  readonly row: JSX.Element;
}

interface RowRange {
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly rowPx: number;
}

/** The rows in sight. An unchanged row is the same element as before, so Preact skips it. */
function useRows({ first, last, total, rowPx }: RowRange): readonly JSX.Element[] {
  const { state, words, now } = useConsole();
  const rendered = useRef(new Map<number, RenderedRow>());
  const minute = Math.floor(now / 60_000);
  const current = new Map<number, RenderedRow>();
  for (let index = first; index <= last; index += 1) {
    const image = state.pages?.at(index);
    if (image === undefined) continue;
    const isChosen = image.id === state.selected;
    const key = [index, total, rowPx, isChosen, words.language, minute].join();
    const before = rendered.current.get(image.id);
    const isSame = before?.image === image && before.key === key;
    const render = (): RenderedRow => ({
      image,
      key,
      row: (
        <Row
          key={image.id}
          image={image}
          isChosen={isChosen}
          total={total}
          top={index * rowPx}
          place={index + 1}
        />
      ),
    });
    current.set(image.id, isSame ? before : render());
  }
  rendered.current = current;
  return Array.from(current.values(), ({ row }) => row);
}

interface RowProps {
  readonly image: ShownImage;
  readonly isChosen: boolean;
  readonly top: number;
  readonly place: number;
  readonly total: number;
}

function Row({ image, isChosen, top, place, total }: RowProps): JSX.Element {
  const { facts, words, now, act } = useConsole();
  const { timezone } = facts.site;
  const { sign, outcome, side, isLate } = imageText(image, words, now);
  const isNew = sign === 'moving' && image.region === null;
  const day = siteDay(image.at, timezone);
  const takenDay = earlierDay({ acquired: image.acquiredAt, received: image.at }, timezone);
  return (
    <div
      role="option"
      id={`image-${image.id}`}
      aria-selected={isChosen}
      aria-posinset={place}
      aria-setsize={total}
      class={`row ${isChosen ? 'chosen' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => void act.select(image.id)}
    >
      <time>
        {siteClock(image.at, timezone)}
        {day !== siteDay(now, timezone) && <small>{day.slice(5)}</small>}
      </time>
      <b class="part">
        {isNew ? words.newImage : partText(image, words)}
        {image.viewPosition !== null && <small>{image.viewPosition}</small>}
        {takenDay !== null && <small>{words.takenOn(takenDay)}</small>}
      </b>
      <span class={`side ${isLate ? 'late' : ''}`}>{side}</span>
      <span class={`state ${sign}`}>
        <SignIcon sign={sign} />
        <span>{outcome}</span>
      </span>
    </div>
  );
}

/** The icon of an outcome; its text follows next to it. */
function SignIcon({ sign }: { readonly sign: Sign }): JSX.Element {
  switch (sign) {
    case 'likely':
      return <Strokes count={3} />;
    case 'suspected':
      return <Strokes count={2} />;
    case 'none':
      return <Dash />;
    case 'skipped':
      return <Slashed />;
    case 'failed':
      return <Crossed />;
    case 'moving':
      return <Ring />;
  }
}

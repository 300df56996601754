import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownImage } from '../../../contract/api/images.ts';
import { useConsole } from '../console-context.ts';
import { Crossed, Dash, Ring, Slashed, Strokes } from '../icons.tsx';
import { imageText, partText } from './image-text.ts';
import type { Sign } from './image-text.ts';
import { useChosenInSight, useRowsInSight, useStablePosition } from './rows-in-sight.ts';
import { siteClock, siteDay } from '../../shared/site-time.ts';

/** The list, of which only the rows in sight exist. New images never move what somebody looks at. */
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

interface DrawnRow {
  readonly image: ShownImage;
  readonly sign: string;
  readonly row: JSX.Element;
}

/** The rows in sight; one that is as it was is not even compared with what it was. */
function useRows({
  first,
  last,
  total,
  rowPx: height,
}: {
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly rowPx: number;
}): readonly JSX.Element[] {
  const { state, words, now } = useConsole();
  const kept = useRef(new Map<number, DrawnRow>());
  const minute = Math.floor(now / 60_000);
  const drawn = new Map<number, DrawnRow>();
  for (let index = first; index <= last; index += 1) {
    const image = state.pages?.at(index);
    if (image === undefined) continue;
    const isChosen = image.id === state.selected;
    const sign = [index, total, height, isChosen, words.language, minute].join();
    const before = kept.current.get(image.id);
    const isSame = before?.image === image && before.sign === sign;
    const make = (): DrawnRow => ({
      image,
      sign,
      row: <Row key={image.id} {...{ image, isChosen, total }} top={index * height} place={index + 1} />,
    });
    drawn.set(image.id, isSame ? before : make());
  }
  kept.current = drawn;
  return Array.from(drawn.values(), ({ row }) => row);
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
      </b>
      <span class={`side ${isLate ? 'late' : ''}`}>{side}</span>
      <span class={`state ${sign}`}>
        <SignIcon sign={sign} />
        <span>{outcome}</span>
      </span>
    </div>
  );
}

/** The sign of an outcome; the words beside it say the same. */
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

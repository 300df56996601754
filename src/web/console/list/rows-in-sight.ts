import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useConsole } from '../console-context.ts';

const ROW_REM = 3.75;
/** Rows beyond the edges, so that fast scrolling shows no gap. */
const OVERSCAN_ROWS = 8;

interface ListBox {
  readonly current: HTMLDivElement | null;
}

interface RowsInSight {
  readonly first: number;
  readonly last: number;
  readonly rowPx: number;
  readonly onScroll: () => void;
}

/** Which rows of a scrolling list are in sight, with a few beyond each edge. */
export function useRowsInSight(box: ListBox, total: number): RowsInSight {
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);
  const rowPx = useRowPx();

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function onScroll(): void {
    // The list is rendered again only when another row comes into sight.
    const next = Math.floor((box.current?.scrollTop ?? 0) / rowPx) * rowPx;
    if (next !== top) setTop(next);
  }

  return {
    first: Math.max(0, Math.floor(top / rowPx) - OVERSCAN_ROWS),
    last: Math.min(total - 1, Math.ceil((top + height) / rowPx) + OVERSCAN_ROWS),
    rowPx,
    onScroll,
  };
}

function useRowPx(): number {
  const [px, setPx] = useState(() => rowPx());
  useEffect(() => {
    const onResize = (): void => setPx(rowPx());
    addEventListener('resize', onResize);
    return () => removeEventListener('resize', onResize);
  }, []);
  return px;
}

function rowPx(): number {
  return ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** Rows that are added before the first one do not move the rows in sight. */
export function useStablePosition(box: ListBox, rowHeight: number): void {
  const { state } = useConsole();
  const added = useRef(state.added);
  useLayoutEffect(() => {
    const more = state.added - added.current;
    added.current = state.added;
    const element = box.current;
    if (element !== null && more > 0 && element.scrollTop > 0) element.scrollTop += more * rowHeight;
  }, [state.added]);
  useLayoutEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
  }, [state.search]);
}

/** Scrolls to a row that was chosen by key. */
export function useChosenInSight(box: ListBox, rowHeight: number): void {
  const { state } = useConsole();
  useLayoutEffect(() => {
    const element = box.current;
    const { pages, selected, detail } = state;
    if (element === null || pages === null || selected === null) return;
    const place = detail?.image.id === selected ? pages.find(detail.image) : pages.indexOf(selected);
    if (place === null) return;
    const [top, bottom] = [place * rowHeight, (place + 1) * rowHeight];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight;
  }, [state.selected, state.detail?.image.id]);
}

import type { Box } from '../../contract/box.ts';
import type { ImageDetail, ShownRerun, VerdictKind } from '../../contract/api/images.ts';
import type { ListCounts, ShownAlarm } from '../../contract/api/console.ts';
import type { ImagePages } from './list/image-pages.ts';
import type { Search } from './list/parse-search.ts';
import type { GreyWindow, Picture } from './viewer/picture.ts';

export type TabName = 'today' | 'findings' | 'unseen' | 'notAnalysed';

export const DISAGREE_REASONS = ['vessel', 'old-fracture', 'overlap', 'hardware', 'other'] as const;
export const MISSED_KINDS = ['fracture', 'possible'] as const;

/** Which form or list the rail shows. */
export type Mode =
  | { readonly type: 'view' }
  | { readonly type: 'reason'; readonly finding: number; readonly choice: number | null }
  | { readonly type: 'missed'; readonly choice: number; readonly box: Box | null }
  | { readonly type: 'keys' }
  | {
      readonly type: 'rerun';
      readonly models: readonly ModelChoice[] | null;
      readonly isWorking: boolean;
      readonly problem: string | null;
    }
  | { readonly type: 'try'; readonly isWorking: boolean; readonly problem: string | null };

/** A model that an image can be analysed again with. */
export interface ModelChoice {
  readonly name: string;
  readonly version: string;
  readonly isActive: boolean;
}

/** The verdict that was just recorded and can be undone. */
interface Undo {
  readonly verdict: number;
  readonly kind: VerdictKind;
  readonly until: number;
}

/** How the picture is displayed. */
export interface Look {
  readonly showsFindings: boolean;
  readonly isSideBySide: boolean;
  readonly isInverted: boolean;
  /** Null: the file's own window. */
  readonly window: GreyWindow | null;
}

/** The picture of the selected image, or why there is none. */
export type Shown =
  | { readonly state: 'none' }
  | { readonly state: 'opening' }
  | { readonly state: 'missing'; readonly code: string }
  | { readonly state: 'open'; readonly picture: Picture };

export interface ConsoleState {
  readonly isLive: boolean;
  readonly counts: ListCounts | null;
  readonly alarms: readonly ShownAlarm[];
  /** On how many displays each alert that is not closed has been shown, since the device started. */
  readonly eyes: Readonly<Record<string, number>>;
  readonly tab: TabName;
  readonly text: string;
  readonly search: Search;
  readonly unknown: readonly string[];
  readonly pages: ImagePages | null;
  /** Incremented whenever the pages change. */
  readonly pagesRev: number;
  /** How many rows were added before the first one since the list was opened, for the scroll position. */
  readonly added: number;
  readonly selected: number | null;
  readonly detail: ImageDetail | null;
  readonly trial: ShownRerun['result'] | null;
  readonly shown: Shown;
  readonly finding: number;
  readonly look: Look;
  readonly mode: Mode;
  readonly undo: Undo | null;
  readonly problem: 'not-recorded' | 'not-allowed' | null;
  readonly hasSingleKeys: boolean;
}

export const INITIAL_LOOK: Look = {
  showsFindings: true,
  isSideBySide: false,
  isInverted: false,
  window: null,
};

export const INITIAL_STATE: ConsoleState = {
  isLive: true,
  counts: null,
  alarms: [],
  eyes: {},
  tab: 'today',
  text: '',
  search: {},
  unknown: [],
  pages: null,
  pagesRev: 0,
  added: 0,
  selected: null,
  detail: null,
  trial: null,
  shown: { state: 'none' },
  finding: 0,
  look: INITIAL_LOOK,
  mode: { type: 'view' },
  undo: null,
  problem: null,
  hasSingleKeys: true,
};

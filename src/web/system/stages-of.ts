import type { SystemState } from '../../contract/api/system.ts';
import { siteDateTime } from '../shared/site-time.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { preparingText } from './preparing-text.ts';
import type { SystemWords } from '../i18n/system/en.ts';

/** One stage that every image passes. */
interface Stage {
  readonly name: keyof SystemWords['stages'];
  readonly lines: readonly string[];
  readonly isRight: boolean;
}

/** A longer queue means that the device is too slow for the images that arrive. */
const MAX_NORMAL_QUEUE = 20;

/** The stages in the order that an image passes them, and whether each of them works. */
export function stagesOf(state: SystemState, own: SystemWords, view: PageView): readonly Stage[] {
  const number = new Intl.NumberFormat(view.words.locale);
  const { reading, broker } = state;
  return [
    inboxStage(state.inboxes, own, number),
    {
      name: 'reading',
      isRight: reading.waiting < MAX_NORMAL_QUEUE,
      lines: [
        own.waiting(reading.waiting),
        ...(reading.usuallyMs === null ? [] : [own.usually(seconds(reading.usuallyMs))]),
      ],
    },
    analysisStage(state.analysis, own),
    {
      name: 'record',
      isRight: true,
      lines: [
        own.images(number.format(state.record.images)),
        backupText(state.record.backedUpAt, own, view.facts.site.timezone),
      ],
    },
    {
      name: 'broker',
      isRight: broker.isConnected,
      lines: [broker.isConnected ? own.connected : own.notConnected, own.toSend(broker.toSend)],
    },
    displayStage(state.wards, own),
  ];
}

function inboxStage(inboxes: SystemState['inboxes'], own: SystemWords, number: Intl.NumberFormat): Stage {
  const lost = inboxes.filter(({ mode }) => mode === null).length;
  const today = inboxes.reduce((sum, { imagesToday }) => sum + imagesToday, 0);
  return {
    name: 'inboxes',
    isRight: lost === 0,
    lines: [
      lost === 0 ? own.watched(inboxes.length) : own.unreachable(lost, inboxes.length),
      own.today(number.format(today)),
    ],
  };
}

function analysisStage(analysis: SystemState['analysis'], own: SystemWords): Stage {
  const { provider, isDegraded, build, lastMs, usuallyMs } = analysis;
  return {
    name: 'analysis',
    isRight: provider !== null && !isDegraded,
    lines: [
      provider === null ? own.notLoaded : own.runsOn(provider.toUpperCase()),
      ...(build === null ? [] : [preparingText(build, own)]),
      ...(lastMs === null || usuallyMs === null ? [] : [own.lastTook(seconds(lastMs), seconds(usuallyMs))]),
    ],
  };
}

function displayStage(wards: SystemState['wards'], own: SystemWords): Stage {
  const blind = wards.filter(({ displays }) => displays.length === 0);
  const shown = wards.reduce((sum, { displays }) => sum + displays.length, 0);
  return {
    name: 'displays',
    isRight: blind.length === 0,
    lines: [
      own.displayCount(shown),
      blind.length === 0 ? own.allSeen : own.blindWards(blind.map(({ name }) => name).join(', ')),
    ],
  };
}

function backupText(
  backedUpAt: SystemState['record']['backedUpAt'],
  own: SystemWords,
  timezone: string,
): string {
  return backedUpAt === null ? own.notBackedUp : own.backedUp(siteDateTime(backedUpAt, timezone).slice(5));
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

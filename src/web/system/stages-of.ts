import type { SystemState } from '../../contract/api/system.ts';
import { siteDateTime } from '../shared/site-time.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { preparingText } from './preparing-text.ts';
import type { SystemWords } from '../i18n/system/en.ts';

/** One station of an image's way. */
interface Stage {
  readonly name: keyof SystemWords['stages'];
  readonly lines: readonly string[];
  readonly isRight: boolean;
}

/** More images than that wait only where the device cannot keep up. */
const MANY_WAITING = 20;

/** The stations in the order an image passes them, and whether each is as it should be. */
export function stagesOf(state: SystemState, own: SystemWords, { words, facts }: PageView): readonly Stage[] {
  const number = new Intl.NumberFormat(words.locale);
  const { inboxes, reading, analysis, record, broker, wards } = state;
  const lost = inboxes.filter(({ mode }) => mode === null).length;
  const today = inboxes.reduce((sum, { imagesToday }) => sum + imagesToday, 0);
  const blind = wards.filter(({ displays }) => displays.length === 0);
  const shown = wards.reduce((sum, { displays }) => sum + displays.length, 0);
  return [
    {
      name: 'inboxes',
      isRight: lost === 0,
      lines: [
        lost === 0 ? own.watched(inboxes.length) : own.unreachable(lost, inboxes.length),
        own.today(number.format(today)),
      ],
    },
    {
      name: 'reading',
      isRight: reading.waiting < MANY_WAITING,
      lines: [own.waiting(reading.waiting), ...usually(reading.usuallyMs, own)],
    },
    {
      name: 'analysis',
      isRight: analysis.provider !== null && !analysis.isDegraded,
      lines: [
        analysis.provider === null ? own.notLoaded : own.runsOn(analysis.provider.toUpperCase()),
        ...(analysis.build === null ? [] : [preparingText(analysis.build, own)]),
        ...(analysis.lastMs === null || analysis.usuallyMs === null
          ? []
          : [own.lastTook(seconds(analysis.lastMs), seconds(analysis.usuallyMs))]),
      ],
    },
    {
      name: 'record',
      isRight: true,
      lines: [
        own.images(number.format(record.images)),
        record.backedUpAt === null
          ? own.notBackedUp
          : own.backedUp(siteDateTime(record.backedUpAt, facts.site.timezone).slice(5)),
      ],
    },
    {
      name: 'broker',
      isRight: broker.isConnected,
      lines: [broker.isConnected ? own.connected : own.notConnected, own.toSend(broker.toSend)],
    },
    {
      name: 'displays',
      isRight: blind.length === 0,
      lines: [
        own.displayCount(shown),
        blind.length === 0 ? own.allSeen : own.blindWards(blind.map(({ name }) => name).join(', ')),
      ],
    },
  ];
}

function usually(ms: number | null, own: SystemWords): readonly string[] {
  return ms === null ? [] : [own.usually(seconds(ms))];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

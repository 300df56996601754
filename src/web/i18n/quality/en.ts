import type { WordsOf } from '../words-for.ts';

/** The English of the quality page. A plot's title states its result. */
export const en = {
  range: { '4': '4 weeks', '26': '26 weeks', all: 'All' },
  rangeLabel: 'Range',
  summary: (range: string, alerts: string, reviewed: string) =>
    `Last ${range.toLowerCase()} · verdicts on ${reviewed} of ${alerts} alerts`,
  few: 'Points appear from 20 verdicts on',
  nothingYet: 'No data yet',

  ppvTitle: (ofTen: number) => `${ofTen} of 10 alerts were fractures`,
  ppvDetail: 'Positive predictive value, 4-week window · band: 95 % interval · dot: one week',
  ppvFew: 'Too few verdicts yet to state a predictive value',
  model: (name: string) => `model ${name}`,

  groupTitle: (best: string, worst: string) => `Best: ${best}; weakest: ${worst}`,
  groupFew: 'Too few verdicts yet to compare body parts',
  groupDetail: 'PPV by body part and age · line: 95 % interval · right: alerts',
  over75: 'Age ≥ 75',
  under75: 'Under 75',
  unknownPart: 'Unknown part',

  daysTitle: (perDay: string, refuted: string) => `${perDay} alerts a day, ${refuted} of them not fractures`,
  daysDetail: 'Alerts per day, last 30 days',
  confirmed: 'Fracture',
  refuted: 'Not a fracture',
  withoutVerdict: 'No verdict',
  today: 'today',

  ackTitle: (time: string) => `Half were seen within ${time}`,
  ackDetail: 'From alert to acknowledgement, last 30 days',
  median: 'median',
  escalated: (count: number) => `${count} escalated`,
  seconds: (seconds: number) => `${seconds} s`,
  minutes: (minutes: number) => `${minutes} min`,
  span: (seconds: number) =>
    seconds < 60
      ? `${Math.round(seconds)} s`
      : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,

  driftTitle: (psi: number | null) =>
    psi === null
      ? 'Too early to compare score distributions'
      : psi > 0.1
        ? 'Scores differ from the first weeks'
        : 'Scores match the first weeks',
  driftDetail: 'Image score by week · dotted frame: first 8 weeks',
  psi: (value: string) => `PSI ${value} · investigate above 0.10`,

  sensitivityTitle: (found: number, all: number) => `Found ${found} of ${all} confirmed fractures`,
  sensitivityDetail: 'Sensitivity on confirmed cases · line: 95 % interval · counts reported cases only',

  positivityTitle: (percent: string) => `${percent} of 100 images have a finding`,
  positivityDetail: 'Share of images with a finding, by week',

  latencyTitle: (p50: string, p95: string) => `Usually ${p50} s, 95 of 100 within ${p95} s`,
  latencyDetail: 'From arrival to result · line: median, bar: up to the 95th percentile',

  compareTitle: 'Compare two models',
  compareDetail: 'Runs stored images through another model, without alerting',
  compareStart: 'Start',
  compareStop: 'Stop',
  compareSince: 'Since',
  compareModel: 'Model',
  comparing: (done: string, total: string) => `${done} of ${total} images`,
  compareDone: (total: string) => `${total} images compared`,
  both: 'Finding in both',
  neither: 'Finding in neither',
  onlyFirst: 'Current model only',
  onlySecond: 'New model only',
  agreement: (percent: string) => `The same on ${percent} of 100 images`,
  differing: 'Images that differ',
} as const;

export type QualityWords = WordsOf<typeof en>;

/** Sentences of the quality page alone. A plot's title is its answer. */
export interface QualityWords {
  readonly range: Readonly<Record<'4' | '26' | 'all', string>>;
  readonly rangeLabel: string;
  readonly summary: (range: string, alerts: string, judged: string) => string;
  readonly few: string;
  readonly nothingYet: string;

  readonly ppvTitle: (ofTen: number) => string;
  readonly ppvDetail: string;
  readonly ppvFew: string;
  readonly model: (name: string) => string;

  readonly groupTitle: (best: string, worst: string) => string;
  readonly groupFew: string;
  readonly groupDetail: string;
  readonly over75: string;
  readonly under75: string;
  readonly unknownPart: string;

  readonly daysTitle: (perDay: string, refuted: string) => string;
  readonly daysDetail: string;
  readonly confirmed: string;
  readonly refuted: string;
  readonly unjudged: string;
  readonly today: string;

  readonly ackTitle: (time: string) => string;
  readonly ackDetail: string;
  readonly median: string;
  readonly escalated: (count: number) => string;
  readonly seconds: (seconds: number) => string;
  readonly minutes: (minutes: number) => string;
  readonly span: (seconds: number) => string;

  readonly driftTitle: (psi: number | null) => string;
  readonly driftDetail: string;
  readonly psi: (value: string) => string;

  readonly sensitivityTitle: (found: number, all: number) => string;
  readonly sensitivityDetail: string;

  readonly positivityTitle: (percent: string) => string;
  readonly positivityDetail: string;

  readonly latencyTitle: (p50: string, p95: string) => string;
  readonly latencyDetail: string;

  readonly compareTitle: string;
  readonly compareDetail: string;
  readonly compareStart: string;
  readonly compareStop: string;
  readonly compareSince: string;
  readonly compareModel: string;
  readonly comparing: (done: string, total: string) => string;
  readonly compareDone: (total: string) => string;
  readonly both: string;
  readonly neither: string;
  readonly onlyFirst: string;
  readonly onlySecond: string;
  readonly agreement: (percent: string) => string;
  readonly differing: string;
}

const ko: QualityWords = {
  range: { '4': '4주', '26': '26주', all: '전체' },
  rangeLabel: '기간',
  summary: (range, alerts, judged) => `최근 ${range} · 알림 ${alerts}건 중 ${judged}건에 의견`,
  few: '의견이 20건이 되면 점을 표시합니다',
  nothingYet: '아직 자료가 없습니다',

  ppvTitle: (ofTen) => `알림 10건 중 ${ofTen}건이 골절이었습니다`,
  ppvDetail: '양성예측도, 4주 이동 · 띠는 95 % 구간 · 점은 한 주',
  ppvFew: '양성예측도를 말하기에는 의견이 아직 적습니다',
  model: (name) => `모델 ${name}`,

  groupTitle: (best, worst) => `${withSubject(best)} 가장 정확하고 ${withSubject(worst)} 가장 약합니다`,
  groupFew: '부위별로 말하기에는 의견이 아직 적습니다',
  groupDetail: '부위와 나이별 양성예측도 · 선은 95 % 구간 · 오른쪽은 건수',
  over75: '75세 이상',
  under75: '75세 미만',
  unknownPart: '부위 미상',

  daysTitle: (perDay, refuted) => `하루 ${perDay}건, 그중 ${refuted}건은 골절이 아니었습니다`,
  daysDetail: '하루 알림 수, 최근 30일',
  confirmed: '골절',
  refuted: '골절 아님',
  unjudged: '의견 없음',
  today: '오늘',

  ackTitle: (time) => `절반은 ${time} 안에 확인되었습니다`,
  ackDetail: '알림에서 확인까지, 최근 30일',
  median: '중앙값',
  escalated: (count) => `${count}건 다시 알림`,
  seconds: (seconds) => `${seconds}초`,
  minutes: (minutes) => `${minutes}분`,
  span: (seconds) =>
    seconds < 60 ? `${Math.round(seconds)}초` : `${Math.floor(seconds / 60)}분 ${Math.round(seconds % 60)}초`,

  driftTitle: (psi) =>
    psi === null
      ? '점수 분포를 견주기에는 아직 이릅니다'
      : psi > 0.1
        ? '점수가 평소와 다릅니다'
        : '점수는 평소와 같습니다',
  driftDetail: '영상 점수의 주별 분포 · 점선 상자는 처음 8주',
  psi: (value) => `분포 차이 ${value} · 0.10 넘으면 살펴보세요`,

  sensitivityTitle: (found, all) => `확인된 골절 ${all}건 중 ${found}건을 찾았습니다`,
  sensitivityDetail: '확인된 사례의 민감도 · 선은 95 % 구간 · 알려 주신 것만 셉니다',

  positivityTitle: (percent) => `영상 100장 중 ${percent}장에서 소견이 나옵니다`,
  positivityDetail: '소견이 나온 영상의 비율, 주별',

  latencyTitle: (p50, p95) => `보통 ${p50}초, 느릴 때 ${p95}초 걸립니다`,
  latencyDetail: '도착에서 결과까지 · 선은 중앙값, 위는 100장 중 95장까지',

  compareTitle: '두 모델 견주기',
  compareDetail: '저장된 영상을 알림 없이 다른 모델로 다시 분석합니다',
  compareStart: '시작',
  compareStop: '멈춤',
  compareSince: '이날부터',
  compareModel: '모델',
  comparing: (done, total) => `${total}장 중 ${done}장`,
  compareDone: (total) => `${total}장을 견주었습니다`,
  both: '둘 다 소견',
  neither: '둘 다 소견 없음',
  onlyFirst: '지금 모델만',
  onlySecond: '새 모델만',
  agreement: (percent) => `100장 중 ${percent}장에서 같습니다`,
  differing: '다른 영상',
};

const en: QualityWords = {
  range: { '4': '4 weeks', '26': '26 weeks', all: 'All' },
  rangeLabel: 'Range',
  summary: (range, alerts, judged) =>
    `Last ${range.toLowerCase()} · opinions on ${judged} of ${alerts} alerts`,
  few: 'Points appear from 20 opinions on',
  nothingYet: 'No data yet',

  ppvTitle: (ofTen) => `${ofTen} of 10 alerts were fractures`,
  ppvDetail: 'Positive predictive value, 4-week window · band: 95 % interval · dot: one week',
  ppvFew: 'Too few opinions yet to state a predictive value',
  model: (name) => `model ${name}`,

  groupTitle: (best, worst) => `Best: ${best}; weakest: ${worst}`,
  groupFew: 'Too few opinions yet to tell body parts apart',
  groupDetail: 'PPV by body part and age · line: 95 % interval · right: alerts',
  over75: 'Age ≥ 75',
  under75: 'Under 75',
  unknownPart: 'Unknown part',

  daysTitle: (perDay, refuted) => `${perDay} alerts a day, ${refuted} of them not fractures`,
  daysDetail: 'Alerts per day, last 30 days',
  confirmed: 'Fracture',
  refuted: 'Not a fracture',
  unjudged: 'No opinion',
  today: 'today',

  ackTitle: (time) => `Half were seen within ${time}`,
  ackDetail: 'From alert to acknowledgement, last 30 days',
  median: 'median',
  escalated: (count) => `${count} escalated`,
  seconds: (seconds) => `${seconds} s`,
  minutes: (minutes) => `${minutes} min`,
  span: (seconds) =>
    seconds < 60
      ? `${Math.round(seconds)} s`
      : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,

  driftTitle: (psi) =>
    psi === null
      ? 'Too early to compare score distributions'
      : psi > 0.1
        ? 'Scores are unlike before'
        : 'Scores are as before',
  driftDetail: 'Image score by week · dotted frame: first 8 weeks',
  psi: (value) => `PSI ${value} · look into it above 0.10`,

  sensitivityTitle: (found, all) => `Found ${found} of ${all} confirmed fractures`,
  sensitivityDetail: 'Sensitivity on confirmed cases · line: 95 % interval · counts only what people told',

  positivityTitle: (percent) => `${percent} of 100 images have a finding`,
  positivityDetail: 'Share of images with a finding, by week',

  latencyTitle: (p50, p95) => `Usually ${p50} s, at worst ${p95} s`,
  latencyDetail: 'From arrival to result · line: median, above: up to 95 of 100 images',

  compareTitle: 'Compare two models',
  compareDetail: 'Runs stored images through another model, without alerting',
  compareStart: 'Start',
  compareStop: 'Stop',
  compareSince: 'Since',
  compareModel: 'Model',
  comparing: (done, total) => `${done} of ${total} images`,
  compareDone: (total) => `${total} images compared`,
  both: 'Both a finding',
  neither: 'Neither',
  onlyFirst: 'Present model only',
  onlySecond: 'New model only',
  agreement: (percent) => `The same on ${percent} of 100 images`,
  differing: 'Images that differ',
};

/** 이 after a final consonant, 가 after a vowel. */
function withSubject(word: string): string {
  const last = word.charCodeAt(word.length - 1) - 0xac00;
  return `${word}${last >= 0 && last < 11172 && last % 28 > 0 ? '이' : '가'}`;
}

/** The words of the quality page in a language. */
export function qualityWordsFor(language: 'ko' | 'en'): QualityWords {
  return language === 'ko' ? ko : en;
}

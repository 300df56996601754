import type { QualityWords } from './en.ts';

/** The Korean of the quality page. A plot's title states its result. */
export const ko: QualityWords = {
  range: { '4': '4주', '26': '26주', all: '전체' },
  rangeLabel: '기간',
  summary: (range, alerts, reviewed) => `최근 ${range} · 알림 ${alerts}건 중 ${reviewed}건에 의견`,
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
  withoutVerdict: '의견 없음',
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

/** 이 after a final consonant, 가 after a vowel. */
function withSubject(word: string): string {
  const last = word.charCodeAt(word.length - 1) - 0xac00;
  return `${word}${last >= 0 && last < 11172 && last % 28 > 0 ? '이' : '가'}`;
}

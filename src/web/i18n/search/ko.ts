import type { SearchPhrases } from './search-phrases.ts';

/** Korean search phrases. */
export const ko: SearchPhrases = {
  regions: {
    ribs: ['늑골'],
    forearm: ['전완'],
    'upper-arm': ['상완'],
    thigh: ['대퇴'],
    'lower-leg': ['하퇴'],
    collarbone: ['빗장뼈'],
    skull: ['머리'],
  },
  withFinding: ['소견', '골절'],
  veryLikely: ['가능성 높음', '골절 가능성 높음', '높음'],
  suspected: ['골절 의심', '의심'],
  noFinding: ['골절 소견 없음', '소견 없음', '없음'],
  notAnalysed: ['분석 안 함', '분석하지 않음', '대상 아님'],
  failed: ['읽지 못함', '실패'],
  duplicate: ['중복'],
  inProgress: ['읽는 중', '분석 중'],
  unseen: ['미확인'],
  withoutVerdict: ['의견 없음'],
  today: ['오늘'],
  yesterday: ['어제'],
  twoDaysAgo: ['그제', '그저께'],
};

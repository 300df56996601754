import type { SharedWords } from './en.ts';

const SIDES = { L: '왼쪽 ', R: '오른쪽 ', B: '양쪽 ' };

/** The texts that all pages share, in Korean. */
export const ko: SharedWords = {
  language: 'ko',
  otherLanguage: 'English',
  locale: 'ko-KR',
  notForDiagnosis: '진단용 아님 · 판독 보조',
  account: '내 계정',
  pictureUncertain: '화질 불확실',
  bodyPart: {
    hand: '손',
    wrist: '손목',
    forearm: '아래팔',
    elbow: '팔꿈치',
    'upper-arm': '위팔',
    shoulder: '어깨',
    collarbone: '쇄골',
    ribs: '갈비뼈',
    chest: '가슴',
    spine: '척추',
    pelvis: '골반',
    hip: '고관절',
    thigh: '허벅지',
    knee: '무릎',
    'lower-leg': '아래다리',
    ankle: '발목',
    foot: '발',
    skull: '머리뼈',
    abdomen: '배',
  },
  unknownBodyPart: '부위 미상',
  part: (laterality, bodyPart) => `${laterality === null ? '' : SIDES[laterality]}${bodyPart}`,
};

/** The texts of the pages that the server renders itself, in the language of the site. */
export interface PlainWords {
  readonly chooseWard: string;
  readonly noSuchWard: string;
  readonly allWards: string;
  readonly notForDiagnosis: string;
}

const ko: PlainWords = {
  chooseWard: '병동을 고르세요',
  noSuchWard: '그런 병동은 없습니다',
  allWards: '모든 병동',
  notForDiagnosis: '진단용 아님 · 판독 보조',
};

const en: PlainWords = {
  chooseWard: 'Choose a ward',
  noSuchWard: 'There is no such ward',
  allWards: 'All wards',
  notForDiagnosis: 'Not for diagnosis · decision support',
};

/** The texts in one language. */
export function plainWordsFor(language: 'ko' | 'en'): PlainWords {
  return language === 'ko' ? ko : en;
}
